package output

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
)

func TestTerminal(t *testing.T) {
	ptmx, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	frametest.Require(t, err == nil, fmt.Sprintf("a pseudo terminal (%v)", err))
	defer ptmx.Close()
	fd := int(ptmx.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	frametest.Require(t, err == nil, fmt.Sprintf("a pseudo terminal (%v)", err))
	defer tty.Close()
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 25, Col: 132}); err != nil {
		t.Fatal(err)
	}
	if !IsTerminal(tty) || TerminalWidth(tty) != 132 {
		t.Errorf("terminal %v, width %d, want 132", IsTerminal(tty), TerminalWidth(tty))
	}
	for _, tt := range []struct {
		noColor, term string
		want          bool
	}{{"", "xterm", true}, {"1", "xterm", false}, {"", "dumb", false}} {
		t.Setenv("NO_COLOR", tt.noColor)
		t.Setenv("TERM", tt.term)
		if got := UseColour(tty); got != tt.want {
			t.Errorf("NO_COLOR=%s TERM=%s: %v", tt.noColor, tt.term, got)
		}
	}
}
