package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"netkmsg/internal/output"
	"netkmsg/internal/transmit"
)

// progress is a line on a terminal that is written over and over.
type progress struct {
	w     io.Writer // nil: no terminal
	total uint64    // 0: no end
	shown bool
}

func newProgress(w io.Writer, total uint64) *progress {
	f, ok := w.(*os.File)
	if !ok || !output.IsTerminal(f) {
		return &progress{}
	}
	return &progress{w: w, total: total}
}

// show tells how far the run has come: sent, rate, errors, time left.
func (p *progress) show(c transmit.Counts) {
	if p.w == nil || c.Elapsed <= 0 {
		return
	}
	p.shown = true
	fmt.Fprintf(p.w, "\r\x1b[K%s", p.line(c))
}

func (p *progress) line(c transmit.Counts) string {
	s := fmt.Sprintf("%d sent", c.Accepted)
	if p.total > 0 {
		s = fmt.Sprintf("%d of %d sent", c.Accepted, p.total)
	}
	s += fmt.Sprintf(", %s, %d refused", speed(c), c.TotalRefused())
	if p.total > c.Offered && c.Offered > 0 {
		left := time.Duration(float64(c.Elapsed) / float64(c.Offered) * float64(p.total-c.Offered))
		s += fmt.Sprintf(", %s left", left.Round(time.Second))
	}
	return s
}

// clear takes the line away.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
