package craft

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// A Payload is what is behind the UDP header. It has one source: text,
// hexadecimal, a file or a pattern.
type Payload struct {
	Data   []byte // repeated or cut to the size
	Size   Range  // bytes, if Sized; else len(Data)
	Sized  bool
	Random bool // other bytes in every frame, instead of Data
	Number bool // the frame's number, from 0, in 8 bytes, big-endian, over the beginning of Data

	File string // to be read by Recipe.Load

	from string // the flag that it came by
	two  string // another that was given too
}

// patternSize is how long a pattern is without a size.
const patternSize = 64

// begin takes a new source. Which two were given is remembered, for check.
func (p *Payload) begin(from string) {
	two := p.two
	if p.from != "" && p.from != from {
		two = p.from
	}
	*p = Payload{Size: p.Size, Sized: p.Sized, from: from, two: two}
}

func (p *Payload) text(s string) error {
	p.begin("payload")
	p.Data = []byte(s)
	return nil
}

func (p *Payload) hex(s string) error {
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", ":", "", "\n", "", "\t", "").Replace(s))
	if err != nil {
		return fmt.Errorf("%w: want two hexadecimal digits for each byte", err)
	}
	p.begin("payload-hex")
	p.Data = b
	return nil
}

func (p *Payload) file(name string) error {
	p.begin("payload-file")
	p.File = name
	return nil
}

func (p *Payload) pattern(s string) error {
	b := make([]byte, patternSize)
	q := Payload{}
	switch s {
	case "zeros":
	case "ones":
		for i := range b {
			b[i] = 0xff
		}
	case "count":
		b = make([]byte, 256)
		for i := range b {
			b[i] = byte(i)
		}
	case "random":
		q.Random = true
	case "number":
		q.Number = true
	default:
		var err error
		if b, err = hex.DecodeString(s); err != nil || len(b) == 0 {
			return fmt.Errorf("%q: want zeros, ones, count, random, number, or bytes in hexadecimal", s)
		}
	}
	p.begin("payload-pattern")
	p.Data, p.Random, p.Number = b, q.Random, q.Number
	return nil
}

func (p *Payload) size(s string) error {
	v, err := ParseRange(s, 65527)
	if err == nil {
		p.Size, p.Sized = v, true
	}
	return err
}

// sizes returns the lengths in bytes.
func (p *Payload) sizes() Range {
	switch {
	case p.Sized:
		return p.Size
	case p.from == "payload-pattern":
		return Only(patternSize)
	}
	return Only(uint64(len(p.Data)))
}

// bytes returns n bytes of what is the same in every frame.
func (p *Payload) bytes(n int) []byte {
	b := make([]byte, n)
	if len(p.Data) == 0 {
		return b
	}
	for at := 0; at < n; {
		at += copy(b[at:], p.Data)
	}
	return b
}

// Load reads the file that the payload is to come from, if any.
func (r *Recipe) Load(read func(name string) ([]byte, error)) error {
	if r.Payload.File == "" {
		return nil
	}
	b, err := read(r.Payload.File)
	if err != nil {
		return &FieldError{"payload-file", err}
	}
	r.Payload.Data, r.Payload.File = b, ""
	return nil
}
