package cursor_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
	"netkmsg/internal/cursor"
	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

const (
	asSender = "NETKMSG_TEST_SENDER"
	target   = "6665@/eth0,6666@fe80::2/ff:ff:ff:ff:ff:ff"
	total    = 400_000 // records of the log
	batch    = 64      // frames that one call sends
)

func TestMain(m *testing.M) {
	if path := os.Getenv(asSender); path != "" {
		if err := sender(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// numbers is a log of records 0, 1, 2, …, of which two in three are sent.
type numbers struct {
	next uint64
	buf  []byte
}

func (n *numbers) Next() (kmsg.Record, error) {
	if n.next == total {
		return kmsg.Record{}, io.EOF
	}
	level := 6
	if n.next%3 == 2 {
		level = 7
	}
	n.buf = fmt.Appendf(n.buf[:0], "%d,%d,%d,-;x\n", level, n.next, n.next)
	n.next++
	return kmsg.Parse(n.buf)
}

func (n *numbers) TryNext() (kmsg.Record, bool, error) {
	r, err := n.Next()
	return r, err == nil, err
}

func (n *numbers) Close() error { return nil }

// wire sends frames down descriptor 3, as many as fit with one call.
type wire struct{ netconsole.Discard }

func (w wire) Send(fs [][]byte) (int, error) {
	for i, f := range fs {
		if err := unix.Send(3, f, 0); err != nil {
			return i, err
		}
	}
	return len(fs), nil
}

func sender(path string) error {
	c, err := cursor.Open(path, "boot", []string{target})
	if err != nil {
		return err
	}
	at, known := c.Target("boot", target)
	var src kmsg.Source = &numbers{}
	if known {
		src = cursor.Resume(&numbers{next: at.State().Next / 2}, at.State().Next) // an older part of the log is there too
	}
	format, err := kmsg.NewFormatter(kmsg.Format{Extended: true})
	if err != nil {
		return err
	}
	template, err := frame.Header{
		Source: frame.Endpoint{Addr: netip.MustParseAddr("fe80::1"), Port: 6665},
		Target: frame.Endpoint{Addr: netip.MustParseAddr("fe80::2"), Port: 6666},
	}.Template()
	if err != nil {
		return err
	}
	s := netconsole.Sender{Source: src, Format: format, Template: template, Port: wire{}, Cursor: at,
		Log: slog.New(slog.DiscardHandler), Account: new(netconsole.Account), Admit: func(level int) bool { return level < 7 }}
	return s.Run(context.Background())
}

// TestKill kills 200 senders at any moment. The receiver has every record, in
// order but for what was in doubt at a kill, and twice only that.
func TestKill(t *testing.T) {
	const kills = 200
	path := filepath.Join(t.TempDir(), "cursor")
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	mine, theirs := os.NewFile(uintptr(fds[0]), "receiver"), os.NewFile(uintptr(fds[1]), "sender")
	defer mine.Close()
	seen := make([]int, total)
	done := make(chan int)
	go func() {
		again := 0
		buf := make([]byte, 2048)
		for {
			n, err := unix.Read(fds[0], buf)
			if err != nil || n == 0 {
				done <- again
				return
			}
			f, err := frame.Parse(buf[:n])
			d := kmsg.Decode(f.Payload)
			if err != nil || d.Seq >= total || d.Priority != 6 {
				t.Errorf("%v, %q", err, f.Payload) // a loss mark, perhaps
				continue
			}
			if seen[d.Seq]++; seen[d.Seq] > 1 {
				again++
			}
		}
	}()
	start := func() *exec.Cmd {
		c := exec.Command("/proc/self/exe")
		c.Env = append(os.Environ(), asSender+"="+path)
		c.ExtraFiles = []*os.File{theirs}
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	killed, doubtful := 0, 0
	for range kills {
		c := start()
		time.Sleep(time.Duration(rand.IntN(12000)) * time.Microsecond) // any moment will do
		c.Process.Kill()
		if c.Wait(); c.ProcessState.ExitCode() == -1 {
			killed++
		}
		doubtful += doubt(t, path)
	}
	if err := start().Wait(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	again, missing := <-done, 0
	for seq, n := range seen {
		if seq%3 != 2 && n == 0 {
			missing++
		}
	}
	t.Logf("%d killed, %d records in doubt, %d twice, %d missing", killed, doubtful, again, missing)
	if missing > 0 || again > doubtful || doubtful > killed*batch*2 {
		t.Error("the account does not add up")
	}
	if killed < kills/2 {
		t.Errorf("%d were killed: the log is too short for this machine", killed)
	}
}

// doubt reads how many records are in doubt, filtered ones among them.
func doubt(t *testing.T, path string) int {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || len(b) == 0 {
		return 0
	}
	var boot string
	var next, upto uint64
	if _, err := fmt.Sscanf(string(b), "boot=%s next=%d doubt=%d", &boot, &next, &upto); err != nil || boot != "boot" || upto < next {
		t.Fatalf("%v: %s", err, strconv.Quote(string(b)))
	}
	return int(upto - next)
}
