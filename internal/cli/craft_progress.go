package cli

import (
	"fmt"
	"io"
	"os"

	"netkmsg/internal/output"
	"netkmsg/internal/transmit"
)

// progress is a line on a terminal that is written over and over.
type progress struct {
	w     io.Writer // nil: no terminal
	width func() int
	total uint64 // 0: no end
	shown bool
}

func newProgress(w io.Writer, total uint64) *progress {
	f, ok := w.(*os.File)
	if !ok || !output.IsTerminal(f) {
		return &progress{}
	}
	return &progress{w: w, width: func() int { return output.TerminalWidth(f) }, total: total}
}

// show tells how far the run has come: sent, rate, errors, time left. A line
// wider than the terminal could not be written over.
func (p *progress) show(c transmit.Counts) {
	if p.w == nil || c.Elapsed <= 0 {
		return
	}
	p.shown = true
	width := p.width()
	if width == 0 {
		width = 80
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s", c.Line(p.total, width))
}

// clear takes the line away.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
