package pcap_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/frame/pcap"
)

// apart runs the calling test again, alone in a process of its own made with attr, and reports whether this is that
// process. There limits may be set and file systems mounted without harm to anybody.
func apart(t *testing.T, attr *syscall.SysProcAttr) bool {
	if os.Getenv("PCAP_APART") == t.Name() {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), "PCAP_APART="+t.Name())
	cmd.SysProcAttr = attr
	out, err := cmd.CombinedOutput()
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOSPC) {
		frametest.Require(t, false, "user namespaces: "+err.Error())
	}
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// private has a user and a mount namespace in which the caller is root.
func private() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
}

func TestDevFull(t *testing.T) {
	_, err := pcap.Create("/dev/full", pcap.Options{})
	want := "create capture file /dev/full: no space left on device (free some space, or name a file on another file system)"
	if !errors.Is(err, syscall.ENOSPC) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	_, err = pcap.Create("-", pcap.Options{Stdout: full})
	if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "write capture header to standard output: ") {
		t.Errorf("standard output on a full disk: %v", err)
	}
}

func TestDevNull(t *testing.T) {
	for range 2 {
		w := create(t, "/dev/null", pcap.Options{})
		if err := w.Write(at(0), ethernet(1)); err != nil {
			t.Error(err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}

// fill writes packets of 1016 bytes with their headers until one fails, and returns how many did not.
func fill(t *testing.T, w *pcap.Writer) (int, error) {
	for i := range 1000 {
		if err := w.Write(at(i), ethernet(986)); err != nil {
			return i, err
		}
	}
	t.Fatal("the disk is never full")
	return 0, nil
}

// TestFullDisk fills a small file system, looks at what is left, makes room and goes on.
func TestFullDisk(t *testing.T) {
	if !apart(t, private()) {
		return
	}
	for _, name := range []string{"a.pcap", "a.pcapng"} {
		dir := t.TempDir()
		if err := syscall.Mount("none", dir, "tmpfs", 0, "size=32k"); err != nil {
			t.Fatal(err)
		}
		defer syscall.Unmount(dir, 0)
		ballast := filepath.Join(dir, "ballast")
		if err := os.WriteFile(ballast, make([]byte, 8192), 0o600); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		w := create(t, path, pcap.Options{})
		n, err := fill(t, w)
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%v is no ENOSPC", err)
		}
		want := fmt.Sprintf("write packet %d to %s: no space left on device (%d whole packets are safe in the file: free some space, or write to another file system)", n+1, path, n)
		if n < 20 || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if got := readAll(t, path); len(got) != n {
			t.Errorf("%s: %d packets in the file, want %d", name, len(got), n)
		}
		os.Remove(ballast)
		if err := w.Write(at(n), ethernet(7)); err != nil {
			t.Errorf("%s: no write after there is room: %v", name, err)
		}
		if got := readAll(t, path); len(got) != n+1 || !bytes.Equal(got[n].Data, ethernet(7)) {
			t.Errorf("%s: %d packets in the file, want %d", name, len(got), n+1)
		}
		if err := w.Close(); !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "1 packets are missing in the capture: ") {
			t.Errorf("Close: %v", err)
		}
		// Without even one page: the header cannot be written.
		os.WriteFile(ballast, make([]byte, 32768), 0o600)
		if _, err := pcap.Create(filepath.Join(dir, "b.pcap"), pcap.Options{}); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("header on a full disk: %v", err)
		}
	}
}

func TestReadOnly(t *testing.T) {
	if !apart(t, private()) {
		return
	}
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	defer syscall.Unmount(dir, 0)
	_, err := pcap.Create(dir+"/x.pcap", pcap.Options{})
	want := "create capture file " + dir + "/x.pcap: read-only file system (name a file on a writable file system such as /run or /dev/shm, or - for standard output)"
	if !errors.Is(err, syscall.EROFS) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestPermission has no capabilities: files of mode 0 are closed to it, whoever runs the tests.
func TestPermission(t *testing.T) {
	if !apart(t, &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER}) { // no mappings, no capabilities after exec
		return
	}
	_, err := pcap.Create("/proc/1/x.pcap", pcap.Options{})
	if err == nil {
		t.Fatal("created a file in /proc")
	}
	_, err = pcap.Create("/sys/kernel/x.pcap", pcap.Options{})
	want := "create capture file /sys/kernel/x.pcap: permission denied (name a file in a directory that you may write to, or - for standard output)"
	if !errors.Is(err, fs.ErrPermission) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestFileLimit stops a write in the middle of a packet, at any byte of it.
func TestFileLimit(t *testing.T) {
	if !apart(t, nil) {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	dir := t.TempDir()
	for limit := 24 + 30; limit < 24+30+30; limit++ {
		path := filepath.Join(dir, "a.pcap")
		w := create(t, path, pcap.Options{Force: true})
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(limit), Max: 1 << 40}); err != nil {
			t.Fatal(err)
		}
		if err := w.Write(at(0), ethernet(0)); err != nil {
			t.Fatal(err)
		}
		err := w.Write(at(1), ethernet(0))
		if !errors.Is(err, syscall.EFBIG) {
			t.Errorf("limit %d: %v", limit, err)
		}
		if st, err := os.Stat(path); err != nil || st.Size() != 54 {
			t.Errorf("limit %d: file has %d bytes, want 54 (%v)", limit, st.Size(), err)
		}
		syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 40, Max: 1 << 40})
		if err := w.Write(at(2), ethernet(1)); err != nil {
			t.Error(err)
		}
		w.Close()
		if got := readAll(t, path); len(got) != 2 || !got[1].Time.Equal(at(2)) {
			t.Errorf("limit %d: read back %v", limit, got)
		}
	}
}

// TestFIFO writes to a named pipe, as a live display would have it, and sees an existing one never refused.
func TestFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, o := range []pcap.Options{{}, {Append: true}, {Force: true}} {
		got := make(chan []pcap.Packet)
		go func() {
			defer close(got)
			r, err := pcap.Open(path)
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			got <- drain(t, r)
		}()
		w := create(t, path, o)
		for i := range 3 {
			if err := w.Write(at(i), ethernet(i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if ps := <-got; len(ps) != 3 {
			t.Errorf("%+v: %d packets came through, want 3", o, len(ps))
		}
		<-got // the reader has closed its end
	}
}

// TestDevStdout names the standard output by its path, as a pipe and as a file that the shell has just made.
func TestDevStdout(t *testing.T) {
	if os.Getenv("PCAP_STDOUT") != "" {
		w := create(t, "/dev/stdout", pcap.Options{})
		if err := w.Write(at(0), ethernet(0)); err != nil {
			t.Fatal(err)
		}
		os.Exit(0)
	}
	for _, to := range []string{"| cat", "> out.pcap && cat out.pcap"} {
		cmd := exec.Command("sh", "-c", os.Args[0]+" -test.run=^TestDevStdout$ "+to)
		cmd.Env = append(os.Environ(), "PCAP_STDOUT=1")
		cmd.Dir = t.TempDir()
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", to, err)
		}
		r, err := pcap.NewReader(bytes.NewReader(out))
		if err != nil {
			t.Fatalf("%s: %v", to, err)
		}
		if got := drain(t, r); len(got) != 1 {
			t.Errorf("%s: %d packets, want 1", to, len(got))
		}
	}
}
