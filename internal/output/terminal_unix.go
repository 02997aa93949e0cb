//go:build unix

package output

import (
	"os"

	"golang.org/x/sys/unix"
)

// IsTerminal reports whether f is a terminal.
func IsTerminal(f *os.File) bool {
	_, ok := winsize(f)
	return ok
}

// TerminalWidth returns the columns of the terminal f; 0 if f is none, or one
// that does not tell, as a serial line.
func TerminalWidth(f *os.File) int {
	cols, _ := winsize(f)
	return cols
}

// winsize asks for the window's size, which only terminals have.
func winsize(f *os.File) (cols int, ok bool) {
	rc, err := f.SyscallConn()
	if err != nil {
		return 0, false
	}
	err = rc.Control(func(fd uintptr) {
		ws, err := unix.IoctlGetWinsize(int(fd), unix.TIOCGWINSZ)
		if ok = err == nil; ok {
			cols = int(ws.Col)
		}
	})
	return cols, ok && err == nil
}
