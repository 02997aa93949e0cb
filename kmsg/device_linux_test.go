package kmsg

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
)

// deviceForTest opens the machine's own log.
func deviceForTest(tb testing.TB, b Backlog) *Device {
	tb.Helper()
	d, err := OpenDevice("/dev/kmsg", b)
	frametest.Require(tb, err == nil, fmt.Sprintf("a kernel log that may be read: %v", err))
	tb.Cleanup(func() { _ = d.Close() }) // some tests have closed it
	return d
}

func TestDeviceReal(t *testing.T) {
	d := deviceForTest(t, All)
	var records, lost, first, last uint64
	for {
		r, ok, err := d.TryNext()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		if records == 0 {
			first = r.Seq
		}
		records++
		lost += r.Lost
		last = r.Seq
	}
	if records == 0 || records+lost != last-first+1 {
		t.Errorf("%d records and %d lost from %d to %d", records, lost, first, last)
	}
	d.Drain()
	for {
		if _, err := d.Next(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestDeviceRealDrainWakes(t *testing.T) {
	d := deviceForTest(t, New)
	end := waitInNext(t, d)
	d.Drain()
	if err := <-end; err != io.EOF {
		t.Error(err)
	}
}

func TestDeviceRealCloseWakes(t *testing.T) {
	d := deviceForTest(t, New)
	end := waitInNext(t, d)
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if err := <-end; err == nil || err == io.EOF {
		t.Error(err)
	}
}

// waitInNext reads on until an error, which the channel gets, and returns when
// the reader waits in the runtime's poller.
func waitInNext(t *testing.T, d *Device) <-chan error {
	end := make(chan error, 1)
	go func() {
		for {
			if _, err := d.Next(); err != nil {
				end <- err
				return
			}
		}
	}()
	for stacks := make([]byte, 1<<20); ; runtime.Gosched() {
		for s := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
			if strings.Contains(s, "[IO wait") && strings.Contains(s, "(*Device).Next") {
				return end
			}
		}
		if len(end) > 0 {
			t.Fatal("the reader gave up: ", <-end)
		}
	}
}

func TestDeviceRealAllocates(t *testing.T) {
	const runs = 20
	d := deviceForTest(t, All)
	records := 0
	n := testing.AllocsPerRun(runs, func() {
		_, ok, err := d.TryNext()
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			records++
		}
	})
	if n != 0 {
		t.Errorf("%v allocations a TryNext, want 0", n)
	}
	frametest.Require(t, records == runs+1, fmt.Sprintf("a kernel log of %d records", runs+1))
	d = deviceForTest(t, All)
	if n := testing.AllocsPerRun(runs, func() {
		if _, err := d.Next(); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a Next, want 0", n)
	}
}

func BenchmarkDevice(b *testing.B) {
	d := deviceForTest(b, All)
	b.ReportAllocs()
	for b.Loop() {
		_, ok, err := d.TryNext()
		if err != nil {
			b.Fatal(err)
		}
		if !ok {
			b.StopTimer()
			_ = d.Close()
			d = deviceForTest(b, All)
			b.StartTimer()
		}
	}
}

func TestOpenDeviceErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "records.kmsg")
	if err := os.WriteFile(file, []byte("6,1,2,-;x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path string
		is   error
		hint string
	}{
		{filepath.Join(dir, "none"), fs.ErrNotExist, "mknod /dev/kmsg c 1 11"},
		{file, nil, "not the kernel's log, which is character device 1:11"},
		{"/dev/null", nil, "open /dev/null: not the kernel's log"},
	}
	for _, tt := range tests {
		_, err := OpenDevice(tt.path, All)
		if err == nil || !strings.Contains(err.Error(), tt.hint) {
			t.Errorf("%s: %v, want %q", tt.path, err, tt.hint)
		}
		if tt.is != nil && !errors.Is(err, tt.is) {
			t.Errorf("%s: %v is not %v", tt.path, err, tt.is)
		}
	}
}

func TestRemedy(t *testing.T) {
	for _, tt := range []struct {
		errno error
		hint  string
	}{
		{os.NewSyscallError("open", unix.EPERM), "CAP_SYSLOG"},
		{&fs.PathError{Op: "open", Path: "/dev/kmsg", Err: unix.EPERM}, "dmesg_restrict"},
		{&fs.PathError{Op: "open", Path: "/dev/kmsg", Err: unix.EPERM}, "printk.devkmsg"},
		{&fs.PathError{Op: "open", Path: "/dev/kmsg", Err: unix.EACCES}, "run as root"},
		{&fs.PathError{Op: "open", Path: "/dev/kmsg", Err: unix.ENOENT}, "devtmpfs"},
		{&fs.PathError{Op: "open", Path: "/dev/kmsg", Err: unix.ENXIO}, "CONFIG_PRINTK"},
		{&fs.PathError{Op: "open", Path: "/dev/kmsg", Err: unix.EMFILE}, "too many open files"},
	} {
		err := remedy(tt.errno)
		if !strings.Contains(err.Error(), tt.hint) || !errors.Is(err, tt.errno) {
			t.Errorf("%v does not say %q", err, tt.hint)
		}
	}
}
