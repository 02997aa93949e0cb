package printktrace

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A trace is an instance of tracefs that traces printk:console alone.
type trace struct {
	*os.File // trace_pipe
	root     *os.File
	dir      string
}

// openTrace makes an instance. Where no tracefs is mounted it uses one that
// nobody else sees.
func openTrace() (tracer, error) {
	root, err := tracefs()
	if err != nil {
		return nil, fmt.Errorf("trace printk: %w (needs tracefs and CAP_SYS_ADMIN)", err)
	}
	t := &trace{root: root, dir: fmt.Sprintf("/proc/self/fd/%d/instances/netkmsg-%d", root.Fd(), os.Getpid())}
	tidy(filepath.Dir(t.dir))
	if err := t.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("trace printk: %w", err), t.remove())
	}
	return t, nil
}

// tracefs returns the directory of tracefs.
func tracefs() (*os.File, error) {
	for _, dir := range []string{"/sys/kernel/tracing", "/sys/kernel/debug/tracing"} {
		if _, err := os.Stat(dir + "/events/printk/console"); err == nil {
			return os.Open(dir)
		}
	}
	fd, err := unix.Fsopen("tracefs", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("fsopen tracefs", err)
	}
	defer unix.Close(fd)
	if err := unix.FsconfigCreate(fd); err != nil {
		return nil, os.NewSyscallError("make tracefs", err)
	}
	m, err := unix.Fsmount(fd, unix.FSMOUNT_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("mount tracefs", err)
	}
	return os.NewFile(uintptr(m), "tracefs"), nil
}

func (t *trace) open() error {
	if err := os.Mkdir(t.dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	if err := os.WriteFile(t.dir+"/events/printk/console/enable", []byte("1"), 0); err != nil {
		return err
	}
	f, err := os.OpenFile(t.dir+"/trace_pipe", os.O_RDONLY|unix.O_NONBLOCK, 0)
	t.File = f
	return err
}

// Name looks in the kernel's own list, and else at the task.
func (t *trace) Name(pid int) string {
	b, _ := os.ReadFile(t.dir + "/../../saved_cmdlines") // without it the task is asked
	if name, ok := named(b, pid); ok {
		return name
	}
	b, _ = os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)) // it may have ended
	return string(bytes.TrimSuffix(b, []byte("\n")))
}

// Close ends a Read that waits, and removes the instance.
func (t *trace) Close() error { return errors.Join(t.File.Close(), t.remove()) }

func (t *trace) remove() error {
	err := os.Remove(t.dir)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, t.root.Close())
}

// tidy removes the instances of processes that were killed.
func tidy(instances string) {
	es, _ := os.ReadDir(instances) // what cannot be read is not tidied
	for _, e := range es {
		n, ok := strings.CutPrefix(e.Name(), "netkmsg-")
		pid, err := strconv.Atoi(n)
		if ok && err == nil && unix.Kill(pid, 0) == unix.ESRCH {
			_ = os.Remove(filepath.Join(instances, e.Name())) // somebody may look into it
		}
	}
}
