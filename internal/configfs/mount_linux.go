package configfs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"
)

// A Mount is a tree that is being served.
type Mount struct {
	place  *Place
	fuse   *fuse.Server
	cancel context.CancelFunc
	done   chan struct{}
}

// Serve mounts the tree, and returns when it can be used. The place belongs to the Mount then, and is released if there
// is no right to mount.
func (p *Place) Serve(m Model, log *slog.Logger) (*Mount, error) {
	ctx, cancel := context.WithCancel(context.Background())
	server, err := mount(p.dir, newServer(ctx, m, log), log)
	if err != nil {
		cancel()
		return nil, errors.Join(err, p.Release())
	}
	mt := &Mount{p, server, cancel, make(chan struct{})}
	go func() {
		server.Serve()
		close(mt.done)
	}()
	if err := server.WaitMount(); err != nil {
		return nil, errors.Join(fmt.Errorf("mount on %s: %w", p.dir, err), mt.Close())
	}
	return mt, nil
}

// Done is closed when the tree is no longer mounted, by Close or by umount(8), and nobody has a file of it open.
func (m *Mount) Done() <-chan struct{} { return m.done }

// Close unmounts the tree. Whoever still has a file of it open gets ENOTCONN when this process ends.
func (m *Mount) Close() error {
	m.cancel()
	defer m.place.Release()
	select {
	case <-m.done:
		return nil
	default:
	}
	if err := m.fuse.Unmount(); err == nil {
		<-m.done
		return nil
	}
	if err := detach(m.place.dir); err != nil {
		return fmt.Errorf("unmount %s: %w", m.place.dir, err)
	}
	return nil
}

func mount(dir string, s *server, log *slog.Logger) (*fuse.Server, error) {
	o := fuse.MountOptions{
		Name:               fsType,
		FsName:             fsType,
		Options:            []string{"default_permissions"},
		AllowOther:         true, // as configfs is for everybody to read
		DirectMount:        true,
		DisableXAttrs:      true,
		DisableReadDirPlus: true,
		Logger:             slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	server, err := fuse.NewServer(s, dir, &o)
	if err != nil {
		// fusermount3 lets ordinary users share a mount only if /etc/fuse.conf says user_allow_other.
		o.AllowOther = false
		var again error
		if server, again = fuse.NewServer(s, dir, &o); again == nil {
			log.Warn("only this user can see the tree: others are not allowed to", "dir", dir, "err", err)
			return server, nil
		}
		return nil, fmt.Errorf("mount on %s: %w (needs root, a user namespace, or fusermount3 of the package fuse3)", dir, again)
	}
	return server, nil
}

// device fails, naming the remedy, where FUSE cannot be had.
func device() error {
	const instead = "; without it, netkmsg send still serves targets that do not change"
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	switch {
	case err == nil:
		return f.Close()
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO):
		return fmt.Errorf("open /dev/fuse: %w (load the module: modprobe fuse; a container needs --device /dev/fuse)%s", reason(err), instead)
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return fmt.Errorf("open /dev/fuse: %w (a container needs --device /dev/fuse; otherwise see the mode of the file)%s", reason(err), instead)
	}
	return fmt.Errorf("open /dev/fuse: %w%s", reason(err), instead)
}
