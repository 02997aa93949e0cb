package kmsg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// OpenDevice opens the kernel log, normally /dev/kmsg, for reading from b on.
// Where /dev has nothing in it, as early in a boot, root gets it all the same.
// Reading does not disturb other readers. The error names the remedy where
// there is one and satisfies errors.Is with fs.ErrPermission or fs.ErrNotExist.
func OpenDevice(path string, b Backlog) (*Device, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) && path == "/dev/kmsg" {
		if g, gerr := openUnmounted("devtmpfs", "kmsg"); gerr == nil {
			f, err = g, nil
		}
	}
	if err != nil {
		return nil, remedy(err)
	}
	k, err := newKmsgFile(f)
	if err == nil {
		var d *Device
		if d, err = newDevice(k, path, b); err == nil {
			return d, nil
		}
	}
	_ = f.Close() // nothing was written
	return nil, err
}

// openUnmounted opens a file for reading in a file system of the kernel's own
// that is mounted nowhere: for that no directory need be there, or be writable
// (Linux 5.2).
func openUnmounted(kind, name string) (*os.File, error) {
	fs, err := unix.Fsopen(kind, unix.FSOPEN_CLOEXEC)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fs)
	if err := unix.FsconfigCreate(fs); err != nil {
		return nil, err
	}
	root, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(root)
	fd, err := unix.Openat(root, name, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

func remedy(err error) error {
	switch {
	case errors.Is(err, unix.EPERM):
		return fmt.Errorf("%w (needs CAP_SYSLOG where the sysctl kernel.dmesg_restrict is 1; "+
			"printk.devkmsg=off on the kernel's command line forbids it to everybody)", err)
	case errors.Is(err, unix.EACCES):
		return fmt.Errorf("%w (the file's mode forbids it: run as root; "+
			"where the sysctl kernel.dmesg_restrict is 1 CAP_SYSLOG is needed too)", err)
	case errors.Is(err, unix.ENOENT):
		return fmt.Errorf("%w (mount a devtmpfs on /dev, or make the node: mknod /dev/kmsg c 1 11)", err)
	case errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENODEV):
		return fmt.Errorf("%w (the kernel was built without CONFIG_PRINTK)", err)
	}
	return err
}

// kmsgFile waits in the runtime's poller. Both functions are made once, because
// a closure for every read would be an allocation for every record.
type kmsgFile struct {
	file  *os.File
	raw   syscall.RawConn
	wait  func(fd uintptr) bool
	try   func(fd uintptr)
	p     []byte
	n     int
	errno error
}

func newKmsgFile(f *os.File) (*kmsgFile, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if st.Mode()&fs.ModeCharDevice == 0 || !ok || uint64(sys.Rdev) != unix.Mkdev(1, 11) {
		return nil, fmt.Errorf("open %s: not the kernel's log, which is character device 1:11 "+
			"(a file that holds records is read without opening it as a device)", f.Name())
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	if err := f.SetReadDeadline(time.Time{}); err != nil { // or a waiting reader could not be woken
		return nil, err
	}
	k := &kmsgFile{file: f, raw: raw}
	k.try = k.read
	k.wait = func(fd uintptr) bool { k.read(fd); return k.errno != unix.EAGAIN }
	return k, nil
}

func (k *kmsgFile) read(fd uintptr) {
	for {
		k.n, k.errno = unix.Read(int(fd), k.p)
		if k.errno != unix.EINTR {
			return
		}
	}
}

func (k *kmsgFile) ReadRecord(p []byte, wait bool) (int, error) {
	var err error
	k.p = p
	if wait {
		err = k.raw.Read(k.wait)
	} else {
		err = k.raw.Control(k.try) // looks at no deadline
	}
	if err != nil {
		return 0, err
	}
	return k.n, k.errno
}

func (k *kmsgFile) Interrupt() { _ = k.file.SetReadDeadline(time.Unix(1, 0)) } // fails on a closed file only

func (k *kmsgFile) Close() error { return k.file.Close() }
