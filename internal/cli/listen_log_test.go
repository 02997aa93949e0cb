package cli_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"netkmsg/kmsg"
)

// biglog is a log such as the round trips carry: short and long records, with
// escapes, dictionaries and bodies of several kilobytes.
type biglog struct {
	records []kmsg.Record
	raw     []byte
}

func makeLog(t testing.TB, n int) *biglog {
	t.Helper()
	r := rand.New(rand.NewPCG(3, uint64(n)))
	l := &biglog{}
	var b []byte
	ends := make([]int, n)
	for i := range n {
		b = appendRecord(b, r, i)
		ends[i] = len(b)
	}
	l.raw = b
	start := 0
	for _, end := range ends {
		rec, err := kmsg.Parse(b[start:end])
		if err != nil {
			t.Fatal(err)
		}
		l.records = append(l.records, rec)
		start = end
	}
	return l
}

func appendRecord(b []byte, r *rand.Rand, i int) []byte {
	b = fmt.Appendf(b, "%d,%d,%d,-", r.IntN(24*8), 5000+i, 1_000_000+37*i)
	if r.IntN(2) == 0 {
		b = fmt.Appendf(b, ",caller=T%d", r.IntN(1000))
	}
	b = append(b, ';')
	size := r.IntN(120)
	switch k := r.IntN(1000); {
	case k < 10:
		size = 2000 + r.IntN(6000)
	case k < 100:
		size = 900 + r.IntN(1200)
	case k < 300:
		size = r.IntN(900)
	}
	b = append(appendWords(b, r, size), '\n')
	for _, key := range []string{"SUBSYSTEM", "DEVICE"} { // as the kernel has them
		if r.IntN(4) == 0 {
			b = fmt.Appendf(b, " %s=", key)
			b = append(appendWords(b, r, r.IntN(200)), '\n')
		}
	}
	return b
}

// appendWords appends size or a few more bytes of a text, with escapes.
func appendWords(b []byte, r *rand.Rand, size int) []byte {
	// No equals sign: " key=" at byte 2048 is taken for userdata behind a record
	// that the kernel has cut there.
	const letters = "abcdefghijklmnopqrstuvwxyz ;,\"[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for end := len(b) + size; len(b) < end; {
		switch r.IntN(40) {
		case 0:
			b = kmsg.AppendEscaped(b, []byte{byte(r.IntN(256)) | 0x80})
		case 1:
			b = kmsg.AppendEscaped(b, []byte("äöü\n\t\\ \x1b[31m"))
		default:
			b = append(b, letters[r.IntN(len(letters))])
		}
	}
	return b
}

func (l *biglog) file(t testing.TB) string {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(l.raw); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

// compare checks that a record is whole and as it was in the log, byte for byte.
func (l *biglog) compare(t testing.TB, got *shown, release, userdata, sysdata string) bool {
	t.Helper()
	i := *got.Seq - 5000
	if i >= uint64(len(l.records)) {
		t.Errorf("number %d was not sent", *got.Seq)
		return false
	}
	want := &l.records[i]
	dict, user, sys := got.lines(t)
	switch {
	case got.Format != "extended" || got.Holes != nil || got.Malformed != "":
	case *got.Usec != want.Usec || *got.Level != want.Level() || *got.Facility != want.Facility() || *got.Flag != string(want.Flag):
	case got.text() != string(want.AppendText(nil)), got.Release != release:
	case dict != string(kmsg.AppendUnescaped(nil, want.Dict)), user != userdata, sys != sysdata:
	default:
		return true
	}
	t.Errorf("%+v\nwant %q", got, want.Raw)
	return false
}

// compareHoles checks that a record is as it was in the log but for its holes,
// each of which has its mark in its place.
func (l *biglog) compareHoles(t testing.TB, got *shown, rest string) {
	t.Helper()
	_, body, _ := strings.Cut(string(l.records[*got.Seq-5000].Raw), ";")
	body += rest
	var want strings.Builder
	at := 0
	for _, h := range got.Holes {
		if h[1] == nil || *h[0] < at || *h[1] > len(body) {
			t.Fatalf("holes %v of %d bytes", got.Holes, len(body))
		}
		want.WriteString(body[at:*h[0]])
		want.WriteString(mark(*h[0], *h[1]))
		at = *h[1]
	}
	want.WriteString(body[at:])
	dict, user, sys := got.lines(t)
	if a, b := bare(got.text()+dict+user+sys), bare(string(kmsg.AppendUnescaped(nil, []byte(want.String())))); a != b {
		t.Errorf("record %d with holes\n%q\nwant\n%q", *got.Seq, a, b)
	}
}

func mark(from, to int) string {
	if to == from+1 {
		return fmt.Sprintf("[-- 1 byte missing: %d --]", from)
	}
	return fmt.Sprintf("[-- %d bytes missing: %d-%d --]", to-from, from, to-1)
}

// bare leaves line ends out: which of them part text and lines is not to be told
// where some are missing.
func bare(s string) string { return strings.ReplaceAll(s, "\n", "") }
