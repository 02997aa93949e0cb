package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/match"
	"netkmsg/frame/pcap"
	"netkmsg/internal/expect"
	"netkmsg/internal/explain"
	"netkmsg/internal/send"
)

// expectShower prints and keeps what matches.
type expectShower struct {
	o     *expectFlags
	out   io.Writer
	file  *pcap.Writer
	first time.Time
}

func (o *expectFlags) shower(st send.Streams) (s *expectShower, err error) {
	s = &expectShower{o: o, out: st.Out}
	if o.pcap != "" {
		s.file, err = pcap.Create(o.pcap, pcap.Options{Force: o.force, Stdout: st.Out})
	}
	return s, err
}

func (s *expectShower) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// frame shows the number'th frame that matches.
func (s *expectShower) frame(at time.Time, number int, f match.Frame) (err error) {
	if number == 1 {
		s.first = at
	}
	switch {
	case s.o.quiet:
	case s.o.json:
		err = json.NewEncoder(s.out).Encode(expect.NewReport(at, number, f))
	case s.o.explain:
		fmt.Fprintf(s.out, "frame %d that matches, of %d bytes, +%.6fs\n", number, len(f.Data), at.Sub(s.first).Seconds())
		err = showFields(s.out, f)
	default:
		_, err = fmt.Fprintf(s.out, "+%.6fs %s\n", at.Sub(s.first).Seconds(), f)
	}
	if err == nil && s.file != nil {
		if f.Link != frame.LinkEthernet {
			return fmt.Errorf("--pcap: a frame of link type %d: only Ethernet's can be written", f.Link)
		}
		err = s.file.Write(at, f.Data)
	}
	return err
}

// showFields explains a frame as far as it can be taken apart.
func showFields(w io.Writer, f match.Frame) error {
	p, err := frame.ParseLinkUnverified(f.Link, f.Data)
	if err != nil {
		fmt.Fprintf(w, "  %v\n", err)
	}
	fields := p.Fields()
	for i := range fields {
		switch x := &fields[i]; {
		case x.Layer+" "+x.Name == "UDP Checksum" && f.Unfinished:
			x.Note = "left for the device to fill in"
		case strings.HasPrefix(x.Note, "wrong"):
			x.Note = explain.Mark + x.Note
		}
	}
	if err := explain.Write(w, f.Data, fields); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w)
	return err
}

// outcome tells how the nearest miss differs, or the whole outcome as JSON.
func (s *expectShower) outcome(st send.Streams, o *expect.Outcome, err error) error {
	if s.o.json {
		return json.NewEncoder(s.out).Encode(o.Summary(err))
	}
	r, ok := o.Nearest()
	if err == nil || !ok || o.Matched >= o.Count {
		return nil
	}
	_, e := fmt.Fprintf(st.Err, "the nearest miss, which agrees in %d of %d fields:\n%s", r.Agreeing(), len(r.Verdicts), r)
	return e
}
