package send

import (
	"io"

	"netkmsg/kmsg"
)

// OpenSource opens a log as --from names it: a kernel's device behind its last record, anything else from its beginning.
// The Source has a method Drain, after which it ends with what is there.
func OpenSource(from string, in io.Reader) (kmsg.Source, error) {
	o := Options{From: from, Input: "auto", Backlog: "all"}
	if o.live() {
		o.Backlog = "new"
	}
	l, err := o.open(in, []func() bool{nil})
	if err != nil {
		return nil, err
	}
	return drainable{l.each[0], l.drain}, nil
}

// Live reports whether from, as --from names it, is a kernel's own log, which can be opened more than once and goes on.
func Live(from string) bool {
	o := Options{From: from}
	return o.live()
}

type drainable struct {
	kmsg.Source
	drain func()
}

func (d drainable) Drain() { d.drain() }
