package pathtest

import (
	"bytes"
	"encoding/hex"
	"strconv"

	"netkmsg/kmsg"
)

// MaxCount is how many records a test may have.
const MaxCount = 4096

// A Nonce tells one test from another. It is drawn at random.
type Nonce [16]byte

// String returns 32 hexadecimal digits.
func (n Nonce) String() string { return hex.EncodeToString(n[:]) }

// A Test is one test record: number N, from 1 to Count. Number 0 is a query: it
// is answered and not counted.
type Test struct {
	Nonce    Nonce
	N, Count int
}

// Text is the record's text: "netkmsg test 3 of 20, nonce " and the nonce.
func (t Test) Text() string {
	return "netkmsg test " + strconv.Itoa(t.N) + " of " + strconv.Itoa(t.Count) + ", nonce " + t.Nonce.String()
}

// A Seen is the answer to test record N.
type Seen struct {
	Nonce Nonce
	N     int
	Got   int // how many different records of the test have arrived, this one included
}

// Text is the answer's whole payload: "netkmsg saw 3, in all 17: " and the
// nonce. It is shorter than any datagram with the record it answers.
func (s Seen) Text() string {
	return "netkmsg saw " + strconv.Itoa(s.N) + ", in all " + strconv.Itoa(s.Got) + ": " + s.Nonce.String()
}

var (
	testHead = []byte("netkmsg test ")
	seenHead = []byte("netkmsg saw ")
)

// FindTest looks for a test record in a datagram of either format, or in a
// line of /dev/kmsg: its text ends the datagram or a line.
func FindTest(b []byte) (t Test, ok bool) {
	i := bytes.Index(b, testHead)
	if i < 0 {
		return t, false
	}
	p := parser{rest: b[i+len(testHead):], ok: true}
	t.N = p.number()
	p.literal(" of ")
	t.Count = p.number()
	p.literal(", nonce ")
	t.Nonce = p.nonce()
	ended := len(p.rest) == 0 || p.rest[0] == '\n'
	return t, p.ok && ended && t.Count >= 1 && t.N <= t.Count
}

// ParseSeen reads an answer.
func ParseSeen(b []byte) (s Seen, ok bool) {
	rest, ok := bytes.CutPrefix(b, seenHead)
	p := parser{rest: rest, ok: ok}
	s.N = p.number()
	p.literal(", in all ")
	s.Got = p.number()
	p.literal(": ")
	s.Nonce = p.nonce()
	return s, p.ok && len(p.rest) == 0
}

// Direct returns the text of a test record that did not come through a kernel's
// log, with its newline: in the extended format its number is none of the log.
func Direct(datagram []byte) (text []byte, ok bool) {
	d := kmsg.Decode(datagram)
	return d.Body, d.Kind == kmsg.KindExtended && d.Priority == testPriority && bytes.HasPrefix(d.Body, testHead)
}

type parser struct {
	rest []byte
	ok   bool
}

func (p *parser) literal(s string) {
	rest, ok := bytes.CutPrefix(p.rest, []byte(s))
	p.rest, p.ok = rest, p.ok && ok
}

// number reads one from 0 to MaxCount in the only way to write it.
func (p *parser) number() int {
	n, i := 0, 0
	for i < len(p.rest) && i < 5 && p.rest[i]-'0' <= 9 {
		n = 10*n + int(p.rest[i]-'0')
		i++
	}
	p.ok = p.ok && i > 0 && n <= MaxCount && (i == 1 || p.rest[0] != '0')
	p.rest = p.rest[i:]
	return n
}

func (p *parser) nonce() (n Nonce) {
	const digits = 2 * len(n)
	if len(p.rest) < digits {
		p.ok = false
		return n
	}
	for _, c := range p.rest[:digits] {
		p.ok = p.ok && (c-'0' <= 9 || c-'a' <= 5)
	}
	_, err := hex.Decode(n[:], p.rest[:digits])
	p.ok = p.ok && err == nil
	p.rest = p.rest[digits:]
	return n
}
