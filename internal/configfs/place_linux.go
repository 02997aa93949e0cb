package configfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long another daemon may take to answer before it counts as stuck.
const patience = 5 * time.Second

// A Place is a directory that is ready to be mounted on and that no other daemon takes while it is held.
type Place struct {
	dir  string // absolute, without symbolic links
	lock *os.File
}

// Take makes a directory ready: it makes a missing one, removes dead mounts of killed daemons, and refuses one that is
// served or has files in it, which the mount would hide. It fails where there is no FUSE.
func Take(dir string, log *slog.Logger) (*Place, error) {
	if err := device(); err != nil {
		return nil, err
	}
	dir, err := vacate(dir, log)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(dir, os.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, fmt.Errorf("mount on %s: %w", dir, reason(err))
	}
	err = ready(f, dir)
	if err == nil {
		err = unserved(f, dir)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &Place{dir, f}, nil
}

// Dir returns the directory, absolute and without symbolic links.
func (p *Place) Dir() string { return p.dir }

// Release gives the directory up without mounting, or after it.
func (p *Place) Release() error { return p.lock.Close() }

func ready(f *os.File, dir string) error {
	switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
	case errors.Is(err, unix.EWOULDBLOCK):
		return fmt.Errorf("mount on %s: another netkmsg mount holds it; stop that one, or choose another directory", dir)
	case err != nil:
		return fmt.Errorf("mount on %s: lock: %w", dir, err)
	}
	switch _, err := f.ReadDir(1); {
	case err == nil:
		return fmt.Errorf("mount on %s: it is not empty, and a mount would hide what is in it; choose an empty directory", dir)
	case errors.Is(err, io.EOF):
		return nil
	default:
		return fmt.Errorf("mount on %s: %w", dir, reason(err))
	}
}

// unserved fails if another daemon mounted on dir before it was opened: the lock is one of that daemon's tree then.
func unserved(f *os.File, dir string) error {
	switch kind, err := typeAt(dir); {
	case err != nil:
		return err
	case kind == mountType:
		return errServed(dir)
	}
	locked, err := f.Stat()
	if err != nil {
		return fmt.Errorf("mount on %s: %w", dir, reason(err))
	}
	if now, err := os.Stat(dir); err != nil || !os.SameFile(locked, now) {
		return fmt.Errorf("mount on %s: it was replaced or unmounted at this moment; try again", dir)
	}
	return nil
}

func errServed(dir string) error {
	return fmt.Errorf("mount on %s: a running netkmsg mount serves it; stop that one (umount %[1]s), or choose another directory", dir)
}

// vacate resolves the directory and removes what dead daemons left on it.
func vacate(dir string, log *slog.Logger) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		// The parent is resolved first: the directory itself may be a dead mount, which cannot be looked at.
		if parent, err := filepath.EvalSymlinks(filepath.Dir(dir)); err == nil {
			dir = filepath.Join(parent, filepath.Base(dir))
		}
		switch kind, err := typeAt(dir); {
		case err != nil:
			return "", err
		case kind == mountType:
			if err := alive(dir); err != nil {
				return "", err
			}
			if err := detach(dir); err != nil {
				return "", fmt.Errorf("remove the dead mount on %s that a killed daemon left: %w (umount -l %[1]s)", dir, err)
			}
			log.Info("removed the dead mount that a killed daemon left", "dir", dir)
			continue
		}
		if to, err := os.Readlink(dir); err == nil {
			if !filepath.IsAbs(to) {
				to = filepath.Join(filepath.Dir(dir), to)
			}
			dir = to
			continue
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", fmt.Errorf("mount on %s: %w", dir, reason(err))
		}
		return dir, nil
	}
}

func typeAt(dir string) (string, error) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return "", fmt.Errorf("look for mounts on %s: %w (is /proc mounted?)", dir, err)
	}
	defer f.Close()
	return mountedAt(f, dir)
}

// alive fails if a daemon serves dir; it returns nil if that one is dead.
func alive(dir string) error {
	answer := make(chan error, 1)
	go func() {
		var st unix.Statfs_t
		answer <- unix.Statfs(dir, &st)
	}()
	select {
	case err := <-answer:
		if errors.Is(err, unix.ENOTCONN) || errors.Is(err, unix.ECONNABORTED) {
			return nil
		}
		return errServed(dir)
	case <-time.After(patience):
		return fmt.Errorf("mount on %s: a netkmsg mount serves it but does not answer; end that process, then try again", dir)
	}
}

// detach removes a mount, whoever still has it open.
func detach(dir string) error {
	err := unix.Unmount(dir, unix.MNT_DETACH)
	if errors.Is(err, unix.EPERM) {
		for _, tool := range []string{"fusermount3", "fusermount"} {
			if exec.Command(tool, "-uz", dir).Run() == nil {
				return nil
			}
		}
	}
	return err
}

// reason takes the path out of an error whose text has it already.
func reason(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}
