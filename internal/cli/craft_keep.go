package cli

import (
	"bufio"
	"encoding/json"
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
	file, err := o.capture(st)
	if err != nil {
		return err
	}
	if file != nil {
		if err := writeAll(file, s, rate); err != nil {
			file.Close()
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
		if len(o.shown()) == 0 {
			fmt.Fprintf(st.Err, "netkmsg: %s written to %s\n", frames(s.Len()), o.pcap)
		}
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
		err = printJSON(w, r, s)
	case o.hex:
		err = printHex(w, s)
	}
	if err != nil {
		return err
	}
	return w.Flush()
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

// writeAll captures frames that never were on a wire. Their times begin in 1970
// and go by the rate, so that the same flags give the same bytes.
func writeAll(file *pcap.Writer, s *craft.Sequence, rate transmit.Rate) error {
	bits := 0.0
	buf := make([]byte, 0, s.Longest())
	for i := range s.Len() {
		f, err := s.Frame(i, buf)
		if err != nil {
			return err
		}
		at := float64(i) / 1e6
		switch {
		case rate.Bits > 0:
			at = bits / rate.Bits
		case rate.Frames > 0:
			at = float64(i) / rate.Frames
		}
		if err := file.Write(time.Unix(0, int64(at*1e9)).UTC(), f); err != nil {
			return err
		}
		bits += 8 * float64(len(f))
	}
	return nil
}

func printHex(w io.Writer, s *craft.Sequence) error {
	buf := make([]byte, 0, s.Longest())
	for i := range s.Len() {
		f, err := s.Frame(i, buf)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%x\n", f); err != nil {
			return err
		}
	}
	return nil
}

func printJSON(w io.Writer, r *craft.Recipe, s *craft.Sequence) error {
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
