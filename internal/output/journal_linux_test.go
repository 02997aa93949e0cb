package output

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// journald stands for the daemon.
type journald struct {
	t    *testing.T
	path string
	c    *net.UnixConn
}

func startJournald(t *testing.T, path string) *journald {
	t.Helper()
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &journald{t, path, c}
}

// entry receives one as journald does: out of the datagram, or out of the
// sealed file that comes with an empty one.
func (j *journald) entry() (b []byte, sealed bool) {
	j.t.Helper()
	b, oob := make([]byte, 1<<20), make([]byte, 1024)
	j.c.SetReadDeadline(time.Now().Add(20 * time.Second))
	n, on, _, _, err := j.c.ReadMsgUnix(b, oob)
	if err != nil {
		j.t.Fatal(err)
	}
	if on == 0 {
		return b[:n], false
	}
	list, err := unix.ParseSocketControlMessage(oob[:on])
	if err != nil || len(list) != 1 || n != 0 {
		j.t.Fatalf("%d messages beside %d bytes: %v", len(list), n, err)
	}
	fds, err := unix.ParseUnixRights(&list[0])
	if err != nil || len(fds) != 1 {
		j.t.Fatalf("descriptors %v: %v", fds, err)
	}
	f := os.NewFile(uintptr(fds[0]), "entry")
	defer f.Close()
	const want = unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
	if seals, err := unix.FcntlInt(f.Fd(), unix.F_GET_SEALS, 0); err != nil || seals&want != want {
		j.t.Fatalf("seals %#x: %v", seals, err)
	}
	b, err = io.ReadAll(io.NewSectionReader(f, 0, 1<<30))
	if err != nil {
		j.t.Fatal(err)
	}
	return b, true
}

func (j *journald) message() string {
	j.t.Helper()
	b, _ := j.entry()
	fields, err := parseJournal(b)
	if err != nil {
		j.t.Fatal(err)
	}
	return strings.TrimPrefix(fields[0], "MESSAGE=")
}

func TestJournal(t *testing.T) {
	d := startJournald(t, filepath.Join(t.TempDir(), "socket"))
	var r told
	j := NewJournal(JournalOptions{Socket: d.path, Name: journalNames, Report: r.add})
	j.Message(numbered(1))
	long := numbered(2)
	long.Text = bytes.Repeat([]byte("long\xff"), 200_000)
	j.Message(long)
	j.Message(numbered(3))
	j.Flush()
	want := j.form.appendMessage(nil, numbered(1))
	if got, sealed := d.entry(); !bytes.Equal(got, want) || sealed {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	want = j.form.appendMessage(nil, long)
	if got, sealed := d.entry(); !bytes.Equal(got, want) || !sealed {
		t.Errorf("%d bytes, in a file: %t, want %d", len(got), sealed, len(want))
	}
	if got := d.message(); got != "text 3" {
		t.Errorf("got %q", got)
	}
	closeOutput(t, j)
	if got := r.all(); len(got) != 0 || j.Shed() != 0 {
		t.Errorf("%d shed, told %q", j.Shed(), got)
	}
}

// Journald starts late, and restarts with a new socket: nothing is lost that
// was not in the old one.
func TestJournalRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	var r told
	j := NewJournal(JournalOptions{Socket: path, Report: r.add, pace: quick})
	j.Message(numbered(1))
	j.Flush()
	eventually(t, "the fault to be told", func() bool { return len(r.all()) == 1 })
	d := startJournald(t, path)
	if got := d.message(); got != "text 1" {
		t.Errorf("got %q", got)
	}
	eventually(t, "the end of the fault to be told", func() bool { return len(r.all()) == 2 })
	d.c.Close()
	os.Remove(path)
	j.Message(numbered(2))
	j.Flush()
	eventually(t, "the second fault to be told", func() bool { return len(r.all()) == 3 })
	j.Message(numbered(3))
	j.Flush()
	d = startJournald(t, path)
	for _, want := range []string{"text 2", "text 3"} {
		if got := d.message(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	closeOutput(t, j)
	if got := r.all(); len(got) != 4 || !strings.Contains(got[0], "no such file") || got[3] != "journal: working again" {
		t.Errorf("told %q", got)
	}
}

// Journald hangs: nobody waits for it, and the account of what is shed adds up.
func TestJournalStalled(t *testing.T) {
	d := startJournald(t, filepath.Join(t.TempDir(), "socket"))
	j := NewJournal(JournalOptions{Socket: d.path, limit: 10_000})
	const all = 20_000
	for i := range all {
		j.Message(numbered(i))
		j.Flush()
	}
	shed := j.Shed()
	closed := make(chan error)
	go func() { closed <- j.Close(20 * time.Second) }()
	got, told := uint64(0), uint64(0)
	for got+told < all {
		b, _ := d.entry()
		fields, err := parseJournal(b)
		if err != nil {
			t.Fatal(err)
		}
		count, ok := strings.CutPrefix(fields[len(fields)-1], "NETKMSG_COUNT=")
		if !ok {
			got++
			continue
		}
		n, err := strconv.ParseUint(count, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		told += n
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if shed == 0 || told != shed || got+shed != all {
		t.Errorf("%d came and %d were shed, %d told, of %d", got, shed, told, all)
	}
}

func TestJournalCloseStuck(t *testing.T) {
	d := startJournald(t, filepath.Join(t.TempDir(), "socket"))
	j := NewJournal(JournalOptions{Socket: d.path})
	for i := range 20_000 {
		j.Message(numbered(i))
	}
	if err := j.Close(50 * time.Millisecond); err == nil || !strings.HasPrefix(err.Error(), "send to journal: ") {
		t.Errorf("%v", err)
	}
	if j.Shed() == 0 {
		t.Error("none shed")
	}
}
