package send

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"
)

// stream is a pipe or a terminal whose reader can be told to take what is
// there and end.
type stream struct {
	*os.File
	rc syscall.RawConn
}

func newStream(f *os.File) (*stream, error) {
	rc, err := f.SyscallConn()
	return &stream{File: f, rc: rc}, err
}

func (s *stream) Read(p []byte) (n int, err error) {
	if n, err = s.File.Read(p); !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, err
	}
	if cerr := s.rc.Control(func(fd uintptr) { n, err = syscall.Read(int(fd), p) }); cerr != nil {
		return 0, cerr
	}
	if n <= 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Drain wakes a waiting reader. It does nothing to a file that knows no
// deadline, a regular one, which never waits.
func (s *stream) Drain() { _ = s.SetReadDeadline(time.Unix(1, 0)) }
