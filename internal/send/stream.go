package send

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// stream is a pipe or a terminal whose reader can be told to take what is
// there and end.
type stream struct {
	*os.File
	rc       syscall.RawConn
	draining atomic.Bool
}

func newStream(f *os.File) (*stream, error) {
	rc, err := f.SyscallConn()
	return &stream{File: f, rc: rc}, err
}

func (s *stream) Read(p []byte) (n int, err error) {
	if !s.draining.Load() {
		if n, err = s.File.Read(p); !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
	}
	if cerr := s.rc.Control(func(fd uintptr) { n, err = syscall.Read(int(fd), p) }); cerr != nil {
		return 0, cerr
	}
	if n <= 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Drain wakes a waiting reader. A file without a deadline, a regular one,
// never waits.
func (s *stream) Drain() {
	if s.SetReadDeadline(time.Unix(1, 0)) == nil {
		s.draining.Store(true)
	}
}
