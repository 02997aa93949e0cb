package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"netkmsg/frame/pcap"
	"netkmsg/internal/craft"
	"netkmsg/internal/send"
	"netkmsg/internal/transmit"
)

// keep prints frames or writes them to a capture, or both.
func (o *craftFlags) keep(st send.Streams, r *craft.Recipe, s *craft.Sequence, rate transmit.Rate) (err error) {
	if err := o.keepFile(st, s, spacing(rate)); err != nil {
		return err
	}
	w := bufio.NewWriter(st.Out)
	switch {
	case o.explain:
		err = r.Explain(w, s, 0)
	case o.goCode:
		var code []byte
		if code, err = r.Go(s, 0); err == nil {
			_, err = w.Write(code)
		}
	case o.json:
		err = printFrames(w, r, s)
	case o.hex:
		err = printHex(w, s)
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

// keepFile writes all frames to the --pcap file, if any.
func (o *craftFlags) keepFile(st send.Streams, s transmit.Sequence, due func(i uint64, size int) time.Duration) error {
	file, err := o.capture(st)
	if err != nil || file == nil {
		return err
	}
	if err := errors.Join(writeAll(file, s, due), file.Close()); err != nil {
		return err
	}
	if len(o.shown()) == 0 {
		fmt.Fprintf(st.Err, "netkmsg: %s written to %s\n", frames(s.Len()), o.pcap)
	}
	return nil
}

// capture opens the --pcap file, nil if there is none to be.
func (o *craftFlags) capture(st send.Streams) (*pcap.Writer, error) {
	if o.pcap == "" {
		return nil, nil
	}
	w, err := pcap.Create(o.pcap, pcap.Options{Force: o.force, Append: o.append, Stdout: st.Out})
	if err == nil && w.Trimmed() > 0 {
		fmt.Fprintf(st.Err, "netkmsg: cut an unfinished packet of %d bytes off %s\n", w.Trimmed(), o.pcap)
	}
	return w, err
}

// writeAll captures frames that never were on a wire. Their times begin in 1970,
// so that the same flags give the same bytes.
func writeAll(file *pcap.Writer, s transmit.Sequence, due func(i uint64, size int) time.Duration) error {
	var buf []byte
	for i := range s.Len() {
		f, err := s.Frame(i, buf[:0])
		if err != nil {
			return err
		}
		if err := file.Write(time.Unix(0, 0).Add(due(i, len(f))).UTC(), f); err != nil {
			return err
		}
	}
	return nil
}

// spacing is a microsecond from frame to frame, or what a rate says.
func spacing(r transmit.Rate) func(i uint64, size int) time.Duration {
	bits := 0.0
	return func(i uint64, size int) time.Duration {
		at := float64(i) / 1e6
		switch {
		case r.Bits > 0:
			at = bits / r.Bits
			bits += 8 * float64(size)
		case r.Frames > 0:
			at = float64(i) / r.Frames
		}
		return time.Duration(at * float64(time.Second))
	}
}

func printHex(w io.Writer, s transmit.Sequence) error {
	var buf []byte
	for i := range s.Len() {
		f, err := s.Frame(i, buf[:0])
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%x\n", f); err != nil {
			return err
		}
	}
	return nil
}

func printFrames(w io.Writer, r *craft.Recipe, s *craft.Sequence) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for i := range s.Len() {
		p, err := r.Report(s, i)
		if err == nil {
			err = e.Encode(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func frames(n uint64) string {
	if n == 1 {
		return "1 frame"
	}
	return fmt.Sprintf("%d frames", n)
}
