package kmsg

import (
	"errors"
	"fmt"
	"strings"
)

// ChunkMax is the length in bytes of the longest payload (MAX_PRINT_CHUNK in
// drivers/net/netconsole.c).
const ChunkMax = 1000

// releaseMax is the length in bytes of the longest kernel release
// (__NEW_UTS_LEN).
const releaseMax = 64

// Format is how a target wants its records.
type Format struct {
	// Extended selects the extended format, the + of a target.
	Extended bool
	// Release is put before every extended payload, for the r of a target;
	// empty for none.
	Release string

	// Userdata and sysdata are appended to extended records, see Extra. A basic
	// target ignores them, as in the kernel.
	Userdata      []Userdata
	CPU, TaskName bool
	SysRelease    string
	MsgID         bool

	// NoTime leaves the time stamp out of basic records, as printk.time=0 does.
	NoTime bool
	// Syslog puts <priority> before every line of a basic record, as
	// console_msg_format=syslog does.
	Syslog bool
}

// Formatter turns records into the payloads of the datagrams that a target
// sends for them. Begin or BeginLoss starts, and Next is called until it
// returns false:
//
//	f.Begin(r)
//	for payload, ok := f.Next(buf[:0]); ok; payload, ok = f.Next(buf[:0]) {
//		…
//	}
//
// It has neither I/O nor clock, and allocates nothing for a record.
type Formatter struct {
	format  Format
	release []byte // "release,"
	extra   *Block
	origin  origin // of the next record
	sysdata []byte // of the present record
	msgid   uint32
	dropped uint64 // records lost that no basic payload has told yet

	// The record under way. The body is what is sent, in pieces.
	body       [3][]byte
	total, off int    // bytes of body, bytes of it that have been sent
	header     []byte // before each piece of a fragmented record, else nil

	scratch, buf []byte
}

// NewFormatter checks f against the kernel's limits. A release without the
// extended format is an error as in the kernel (corpus case release-basic).
func NewFormatter(f Format) (*Formatter, error) {
	if f.Release != "" && !f.Extended {
		return nil, errors.New("release prefix on a basic target: it needs the extended format (+r)")
	}
	if err := checkRelease(f.Release); err != nil {
		return nil, err
	}
	extra, err := Extra{f.Userdata, f.CPU, f.TaskName, f.SysRelease, f.MsgID}.Block()
	if err != nil {
		return nil, err
	}
	t := &Formatter{format: f, extra: extra}
	if f.Release != "" {
		t.release = append([]byte(f.Release), ',')
	}
	return t, nil
}

func checkRelease(s string) error {
	if len(s) > releaseMax || strings.ContainsFunc(s, notInRelease) {
		return fmt.Errorf("kernel release %q: expected at most %d printable characters, no blank, comma or semicolon", s, releaseMax)
	}
	return nil
}

func notInRelease(c rune) bool { return c <= ' ' || c == 0x7f || c == ',' || c == ';' }

// Begin starts on a record, which must be one that Parse accepts and must stay
// as it is until Next has returned false. What was left of the record before is
// dropped.
func (f *Formatter) Begin(r Record) {
	if f.format.Extended {
		f.beginExtended(r.Raw)
	} else {
		f.beginBasic(r)
	}
}

// Next appends the next payload, at most ChunkMax bytes, to dst. It returns
// false when the record is finished.
func (f *Formatter) Next(dst []byte) ([]byte, bool) {
	if f.off == f.total {
		return dst, false
	}
	start := len(dst)
	dst = append(dst, f.release...)
	if f.header != nil {
		dst = f.appendFragmentHeader(dst)
	}
	n := min(ChunkMax-(len(dst)-start), f.total-f.off)
	dst = appendRange(dst, f.body[:], f.off, n)
	f.off += n
	return dst, true
}

// set makes the body of three parts.
func (f *Formatter) set(header, record, userdata, sysdata []byte) {
	f.header = header
	f.body = [...][]byte{record, userdata, sysdata}
	f.off, f.total = 0, len(record)+len(userdata)+len(sysdata)
}
