package cli

import (
	"context"
	"errors"
	"fmt"

	"netkmsg/frame/pcap"
	"netkmsg/internal/craft"
	"netkmsg/internal/replay"
	"netkmsg/internal/send"
	"netkmsg/internal/transmit"
)

// runReplay sends, keeps or shows the frames of a capture.
func (o *craftFlags) runReplay(ctx context.Context, st send.Streams, r *craft.Recipe, host craft.Host, rate transmit.Rate) error {
	w, err := r.Rewrite(host)
	if err != nil {
		return send.Usage(err)
	}
	c, err := o.load(st, w)
	if err != nil {
		return err
	}
	if c.Cut > 0 {
		fmt.Fprintf(st.Err, "netkmsg: %s left out, of which the capture has a part only; the first is number %d\n", frames(uint64(c.Cut)), c.FirstCut)
	}
	if c.Opaque > 0 && (r.Given("src-ip") || r.Given("dst-ip")) {
		fmt.Fprintf(st.Err, "netkmsg: %s without an IP packet, whose addresses stay\n", frames(uint64(c.Opaque)))
	}
	due := c.Due
	how := transmit.Options{Schedule: c, Rate: rate, Workers: o.workers}
	if o.rateGiven || o.interval > 0 {
		how.Schedule, due = nil, spacing(rate)
	}
	if o.wire() {
		if err := c.Fits(host.MTU); err != nil {
			return send.Usage(fmt.Errorf("--replay: %w", err))
		}
		return o.send(ctx, st, c, how)
	}
	if c.Len() == 0 {
		return send.Usage(errors.New("--loops 0, without end, is for the wire: give a number"))
	}
	if err := o.keepFile(st, c, due); err != nil || !o.hex {
		return err
	}
	return printHex(st.Out, c)
}

func (o *craftFlags) load(st send.Streams, w replay.Rewrite) (*replay.Capture, error) {
	var f *pcap.Reader
	var err error
	if o.replay == "-" {
		f, err = pcap.NewReader(st.In)
	} else {
		f, err = pcap.Open(o.replay)
	}
	if err != nil {
		return nil, fmt.Errorf("--replay: %w", err)
	}
	defer f.Close()
	c, err := replay.Load(o.replay, f, replay.Options{Speed: o.speed, Loops: o.loops, Rewrite: w})
	if err != nil {
		return nil, fmt.Errorf("--replay: %w", err)
	}
	return c, nil
}
