package output

import (
	"os"
	"testing"
)

func TestUseColour(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	if IsTerminal(w) || UseColour(w) || TerminalWidth(w) != 0 {
		t.Error("a pipe is no terminal")
	}
	w.Close()
	if IsTerminal(w) {
		t.Error("a closed file is no terminal")
	}
}
