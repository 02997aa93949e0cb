package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"syscall"
)

// logFile is a file to append to that logrotate may rename. Write belongs to
// one goroutine.
type logFile struct {
	path   string
	file   *os.File
	anew   atomic.Bool
	report func(string)
}

func openLogFile(path string, report func(string)) (*logFile, error) {
	f, err := appendTo(path)
	if err != nil {
		return nil, fmt.Errorf("--output: %w", err)
	}
	return &logFile{path: path, file: f, report: report}, nil
}

func appendTo(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
}

// Reopen has the next Write open the file by its name. It does not wait.
func (l *logFile) Reopen() { l.anew.Store(true) }

func (l *logFile) Write(b []byte) (int, error) {
	if l.anew.Swap(false) {
		if f, err := appendTo(l.path); err != nil {
			l.report(fmt.Sprintf("reopen: %v: going on with the old file", err))
		} else {
			l.file.Close()
			l.file = f
		}
	}
	return l.file.Write(b)
}

// ending ends the run when the reader of the only output has gone.
type ending struct {
	io.Writer
	end func()
}

func (e ending) Write(b []byte) (int, error) {
	n, err := e.Writer.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		e.end()
	}
	return n, err
}
