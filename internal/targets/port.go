package targets

import (
	"context"
	"os"
	"syscall"

	"netkmsg/frame"
	"netkmsg/frame/wire"
	"netkmsg/internal/netconsole"
)

// A session is the netconsole.Port of its sender.

// Send hands frames to the device.
func (s *session) Send(frames [][]byte) (n int, err error) {
	conn := s.open()
	s.used = conn
	switch {
	case conn == nil:
		return 0, &os.SyscallError{Syscall: "send", Err: syscall.ENODEV}
	case len(frames) > 1:
		return conn.SendBatch(frames)
	}
	if err = conn.Send(frames[0]); err == nil {
		n = 1
	}
	return n, err
}

func (s *session) open() *wire.Conn {
	s.target.mu.Lock()
	defer s.target.mu.Unlock()
	return s.conn
}

// MAC is the device's present address, or the last one known.
func (s *session) MAC() frame.MAC {
	if conn := s.open(); conn != nil {
		if m, err := conn.MAC(); err == nil {
			return m
		}
	}
	return s.target.lastMAC()
}

// Close is not the sender's business: the device belongs to the target.
func (s *session) Close() error { return nil }

// Recover waits while the device is away, with the helpful policy; with the kernel's, frames are lost meanwhile. A device
// that is there and still refuses frames is congested, or never takes such frames.
func (s *session) Recover(ctx context.Context, cause error) bool {
	t := s.target
	for looked, waited := false, false; ; {
		t.mu.Lock()
		state, now, changed, w := t.life.State(), s.conn, t.changed(), t.world
		t.mu.Unlock()
		switch {
		case state == netconsole.Enabled && (waited || now != s.used):
			return true
		case ctx.Err() != nil:
			return waited // if something changed before the end, the frame has one more try
		case state == netconsole.Enabled && !looked && w != nil:
			looked = true
			w.look(t)
		case state == netconsole.Enabled && wire.Gone(cause):
			t.replace() // the same device has been away and is back
			looked = false
		case state == netconsole.Enabled:
			if wire.Down(cause) {
				return true
			}
			t.refused.Add(1)
			return false
		case t.set.o.Policy == netconsole.Kernel:
			return false
		default:
			select {
			case <-changed:
				waited = true
			case <-ctx.Done():
				select {
				case <-changed:
					waited = true
				default:
				}
			}
		}
	}
}
