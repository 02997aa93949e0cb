package cli

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"netkmsg/frame/wire"
	"netkmsg/internal/send"
	"netkmsg/internal/transmit"
)

// send puts the frames on the wire, and those that the device took into the
// capture. A signal ends it; the counts are told whatever happens.
func (o *craftFlags) send(ctx context.Context, st send.Streams, s transmit.Sequence, how transmit.Options) (err error) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)() // a second signal ends the process at once
	first, err := o.open()               // before the capture, which is not to be begun in vain
	if err != nil {
		return err
	}
	how.Open = func() (transmit.Port, error) {
		if p := first; p != nil {
			first = nil
			return p, nil
		}
		return o.open()
	}
	defer func() {
		if first != nil {
			err = errors.Join(err, first.Close())
		}
	}()
	file, err := o.capture(st)
	if err != nil {
		return err
	}
	if file != nil {
		how.Capture = file.Write
		defer func() { err = errors.Join(err, file.Close()) }()
	}
	p := newProgress(st.Err, s.Len())
	how.Progress = p.show
	c, err := transmit.Run(ctx, s, how)
	p.clear()
	fmt.Fprintf(st.Err, "netkmsg: %s\n", account(c))
	for _, r := range c.Refused {
		fmt.Fprintf(st.Err, "netkmsg: %s refused, the first was frame %d: %v\n", frames(r.Count), r.Frame+1, r.Err)
	}
	if n := c.TotalRefused(); err == nil && n > 0 {
		return fmt.Errorf("%d of %s refused", n, frames(c.Offered))
	}
	return err
}

func (o *craftFlags) open() (*wire.Conn, error) {
	return wire.Open(o.dev, wire.Options{Qdisc: o.qdisc})
}

// account is what became of the frames, in words.
func account(c transmit.Counts) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s sent, %d bytes", frames(c.Accepted), c.Bytes)
	if c.Elapsed > 0 && c.Accepted > 1 {
		fmt.Fprintf(&b, ", in %s: %s", c.Elapsed.Round(time.Microsecond), speed(c))
	}
	if c.Late > 0 {
		fmt.Fprintf(&b, ", %s behind the rate asked for", c.Late.Round(time.Microsecond))
	}
	return b.String()
}

// speed is frames and bits a second.
func speed(c transmit.Counts) string {
	t := c.Elapsed.Seconds()
	return fmt.Sprintf("%s, %s", scaled(float64(c.Accepted)/t, "/s"), scaled(8*float64(c.Bytes)/t, "bit/s"))
}

// scaled writes a number with three digits and k, M or G.
func scaled(v float64, unit string) string {
	for _, k := range []string{"", "k", "M"} {
		if v < 999.5 {
			return fmt.Sprintf("%.3g%s%s", v, k, unit)
		}
		v /= 1000
	}
	return fmt.Sprintf("%.3gG%s", v, unit)
}

// pace reads --rate and --interval.
func (o *craftFlags) pace() (r transmit.Rate, err error) {
	switch {
	case o.interval < 0:
		return r, fmt.Errorf("--interval %s: want a time above 0", o.interval)
	case o.interval > 0 && o.rate != "max":
		return r, errors.New("--interval and --rate exclude each other: one is the inverse of the other")
	case o.interval > 0:
		return transmit.Rate{Frames: 1 / o.interval.Seconds()}, nil
	}
	if r, err = transmit.ParseRate(o.rate); err != nil {
		return r, fmt.Errorf("--rate: %w", err)
	}
	return r, nil
}
