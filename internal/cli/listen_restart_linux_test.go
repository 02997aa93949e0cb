package cli_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
)

// activated prepares the command as systemd starts it: the sockets are its
// descriptors from 3 on.
func activated(t testing.TB, e *frametest.End, out *os.File, sockets ...*os.File) *command {
	t.Helper()
	c := listening(t, e)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf(`LISTEN_PID=$$ LISTEN_FDS=%d exec "$0" "$@"`, len(sockets))
	c.Path, c.Args = "/bin/sh", append([]string{"sh", "-c", script, exe}, c.Args[1:]...)
	c.ExtraFiles = sockets
	c.Stdout = out
	return c
}

// TestListenRestart restarts the receiver again and again, while 20,000 datagrams a
// second come to the socket that its parent holds. None is lost.
func TestListenRestart(t *testing.T) {
	p := frametest.NewPair(t, addressed)
	u := listen(t, p.B, "udp6", "[::]:6666").(*net.UDPConn)
	// What comes while nobody reads has to fit: 0.5 s and more on a slow machine.
	room := grow(t, u, 64<<20)
	frametest.Require(t, room >= 32<<20, "a receive buffer of 32 MiB (CAP_NET_ADMIN, or net.core.rmem_max)")
	sock, err := u.File()
	if err != nil {
		t.Fatal(err)
	}
	defer sock.Close()

	var sent atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	c := opened(t, p.A)
	go func() {
		defer close(stopped)
		const batch = 64
		begin := time.Now()
		for n := 0; ; n += batch {
			select {
			case <-stop:
				return
			default:
			}
			frames := make([][]byte, 0, batch)
			for i := range batch {
				frames = append(frames, datagram(t, "fe80::a", 6666, record(n+i)))
			}
			sendFrames(t, c, frames)
			sent.Store(int64(n + batch))
			time.Sleep(time.Until(begin.Add(time.Duration(n+batch) * time.Second / 20_000)))
		}
	}()

	const runs = 6
	var outs []string
	total := 0
	for run := range runs {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("out%d.json", run))
		out, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		outs = append(outs, path)
		l := activated(t, p.B, out, sock)
		l.start()
		l.says(`"msg":"listening"`)
		l.until("receiving", func(a received) bool { return a.Datagrams >= 5000 })
		if run == runs-1 {
			close(stop)
			<-stopped
			l.until("all received", func(a received) bool { return total+a.Datagrams >= int(sent.Load()) })
		}
		a := l.total()
		if a.Missing+a.Duplicate+a.Late+a.Overflow+a.Shed > 0 {
			t.Errorf("run %d: %+v", run, a)
		}
		total += a.Datagrams
		out.Close()
	}
	next := uint64(0)
	for run, path := range outs {
		for line := range strings.Lines(string(fileBytes(t, path))) {
			var seq uint64
			i := strings.Index(line, `"seq":`)
			if _, err := fmt.Sscanf(line[max(i, 0):], `"seq":%d,`, &seq); err != nil || seq != next {
				t.Fatalf("run %d: %s\nwant record %d (%v)", run, line, next, err)
			}
			next++
		}
	}
	if int64(next) != sent.Load() {
		t.Errorf("%d records shown, %d sent", next, sent.Load())
	}
	t.Logf("%d datagrams, %d runs, none lost", next, runs)
}

// grow asks for a receive buffer, unless size is 0, and returns what there is.
func grow(t testing.TB, u *net.UDPConn, size int) (got int) {
	t.Helper()
	rc, err := u.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	rc.Control(func(fd uintptr) {
		if size > 0 && unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, size) != nil {
			unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, size)
		}
		got, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF)
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestListenActivated takes over two sockets, leaves a buffer that is larger than its
// own as it is, and refuses what is no UDP socket.
func TestListenActivated(t *testing.T) {
	p := frametest.NewPair(t, addressed)
	var files []*os.File
	var sockets []*net.UDPConn
	room := 0
	for _, port := range []string{"6666", "514"} {
		u := listen(t, p.B, "udp6", "[::]:"+port).(*net.UDPConn)
		sockets = append(sockets, u)
		room = grow(t, u, 16<<20)
		f, err := u.File()
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files = append(files, f)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	l := activated(t, p.B, out, files...)
	l.start()
	l.saysTimes(`"msg":"listening"`, 2)
	sendFrames(t, opened(t, p.A), [][]byte{datagram(t, "fe80::a", 6666, record(0)), datagram(t, "fe80::a", 514, record(0))})
	l.hasDatagrams(2)
	if a := l.total(); a.Records != 2 || a.Duplicate > 0 {
		t.Errorf("%+v", a)
	}
	for _, u := range sockets {
		if got := grow(t, u, 0); got != room {
			t.Errorf("the buffer has %d bytes, it had %d", got, room)
		}
	}

	stream := activated(t, p.B, out, out)
	stream.run(1)
	if want := "netkmsg: take over socket "; !strings.Contains(stream.diag.String(), want) {
		t.Errorf("%s\nwant %s", stream.diag, want)
	}
}

// TestListenNotify tells systemd when it is ready, and when it is about to end.
func TestListenNotify(t *testing.T) {
	path := filepath.Join(openDir(t), "notify")
	u, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	l := startListener(t)
	l.stop(syscall.SIGTERM)
	l.ends(0)
	for _, want := range []string{"READY=1", "STOPPING=1"} {
		u.SetReadDeadline(time.Now().Add(limit))
		got := make([]byte, 100)
		if n, err := u.Read(got); err != nil || string(got[:n]) != want {
			t.Errorf("%q (%v), want %q", got[:n], err, want)
		}
	}
}
