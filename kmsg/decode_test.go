package kmsg

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	ext := func(d Datagram) Datagram {
		d.Kind = KindExtended
		return d
	}
	frag := func(d Datagram) Datagram {
		d.Kind = KindFragment
		return d
	}
	one := Datagram{Priority: 6, Seq: 417, Usec: 8417578, Flag: '-', Header: []byte("6,417,8417578,-"), Body: []byte("text\n")}
	with := func(d Datagram, change func(*Datagram)) Datagram { change(&d); return d }
	const header = "6,417,8417578,-"
	for _, tt := range []struct {
		name, payload string
		want          Datagram
	}{
		{"basic", "[    8.417578] text\n", Datagram{Body: []byte("[    8.417578] text\n")}},
		{"basic without a newline", "x", Datagram{Body: []byte("x")}},
		{"basic, empty text", "\n", Datagram{Body: []byte("\n")}},
		{"basic, semicolon", "5;text", Datagram{Body: []byte("5;text")}},
		{"basic, three numbers", "1,2,3;x", Datagram{Body: []byte("1,2,3;x")}},
		{"basic, header without a semicolon", header, Datagram{Body: []byte(header)}},
		{"basic, header with its semicolon on the next line", header + ",a\n;", Datagram{Body: []byte(header + ",a\n;")}},
		{"basic, other flag", "6,417,8417578,x;text", Datagram{Body: []byte("6,417,8417578,x;text")}},
		{"basic, negative number", "6,-417,8417578,-;text", Datagram{Body: []byte("6,-417,8417578,-;text")}},
		{"basic, number of 65 bits", "6,18446744073709551616,1,-;text", Datagram{Body: []byte("6,18446744073709551616,1,-;text")}},
		{"basic, all of the release digits", "5," + header + ";x", Datagram{Body: []byte("5," + header + ";x")}},
		{"basic, blank before the header", "see " + header + ";x", Datagram{Body: []byte("see " + header + ";x")}},
		{"basic, release with a semicolon", "a;b," + header + ";x", Datagram{Body: []byte("a;b," + header + ";x")}},
		{"basic, release too long", strings.Repeat("r", 65) + "," + header + ";x", Datagram{Body: []byte(strings.Repeat("r", 65) + "," + header + ";x")}},
		{"basic, empty release", "," + header + ";x", Datagram{Body: []byte("," + header + ";x")}},
		{"extended", header + ";text\n", ext(one)},
		{"extended, longest release", strings.Repeat("r", 64) + "," + header + ";text\n", ext(with(one, func(d *Datagram) { d.Release = []byte(strings.Repeat("r", 64)) }))},
		{"extended, release", "7.3.4+deb13," + header + ";text\n", ext(with(one, func(d *Datagram) { d.Release = []byte("7.3.4+deb13") }))},
		{"extended, release without a dot", "next-5," + header + ";text\n", ext(with(one, func(d *Datagram) { d.Release = []byte("next-5") }))},
		{"extended, continuation", "6,417,8417578,c;text\n", ext(with(one, func(d *Datagram) { d.Flag, d.Header = 'c', []byte("6,417,8417578,c") }))},
		{"extended, old continuation", "6,417,8417578,+;text\n", ext(with(one, func(d *Datagram) { d.Flag, d.Header = '+', []byte("6,417,8417578,+") }))},
		{"extended, fields", header + ",caller=T1,new;text\n", ext(with(one, func(d *Datagram) {
			d.Fields, d.Header = []byte("caller=T1,new"), []byte(header+",caller=T1,new")
		}))},
		{"extended, NUL for the newline", header + ";text\x00", ext(with(one, func(d *Datagram) { d.Body = []byte("text") }))},
		{"extended, no text", header + ";", ext(with(one, func(d *Datagram) { d.Body = []byte{} }))},
		{"extended, semicolons in the text", header + ";a;b,c;\n", ext(with(one, func(d *Datagram) { d.Body = []byte("a;b,c;\n") }))},
		{"extended, ncfrag not last", header + ",ncfrag=0/5,x=1;text\n", ext(with(one, func(d *Datagram) {
			d.Fields, d.Header = []byte("ncfrag=0/5,x=1"), []byte(header+",ncfrag=0/5,x=1")
		}))},
		{"extended, replayed", "** replaying previous printk message **\n" + header + ";text\n", ext(with(one, func(d *Datagram) { d.Replayed = true }))},
		{"basic, replayed", "** replaying previous printk message **\ntext\n", Datagram{Replayed: true, Body: []byte("text\n")}},
		{"basic, dropped", "** 109 printk messages dropped **\ntext\n", Datagram{Dropped: 109, Body: []byte("text\n")}},
		{"basic, both", "** replaying previous printk message **\n** 1 printk messages dropped **\ntext\n", Datagram{Replayed: true, Dropped: 1, Body: []byte("text\n")}},
		{"basic, dropped alone", "** 109 printk messages dropped **\n", Datagram{Dropped: 109, Body: []byte{}}},
		{"basic, dropped twice", "** 1 printk messages dropped **\n** 2 printk messages dropped **\n", Datagram{Dropped: 1, Body: []byte("** 2 printk messages dropped **\n")}},
		{"basic, none dropped", "** 0 printk messages dropped **\n", Datagram{Body: []byte("** 0 printk messages dropped **\n")}},
		{"basic, too many dropped", "** 1234567890123 printk messages dropped **\n", Datagram{Body: []byte("** 1234567890123 printk messages dropped **\n")}},
		{"basic, like a mark", "** x **\n", Datagram{Body: []byte("** x **\n")}},
		{"fragment", header + ",ncfrag=0/10;text\n", frag(with(one, func(d *Datagram) { d.Total = 10 }))},
		{"fragment, last", "6.1," + header + ",caller=C0,ncfrag=995/1000;text\n", frag(with(one, func(d *Datagram) {
			d.Release, d.Fields, d.Header, d.Offset, d.Total = []byte("6.1"), []byte("caller=C0"), []byte(header+",caller=C0"), 995, 1000
		}))},
		{"fragment, too long", header + ",ncfrag=0/4294967295;text\n", frag(with(one, func(d *Datagram) { d.Problem = "fragment of a record longer than any kernel's" }))},
		{"fragment, beyond", header + ",ncfrag=8/12;text\n", frag(with(one, func(d *Datagram) { d.Problem = "fragment that reaches beyond its record's end" }))},
		{"fragment, behind", header + ",ncfrag=12/12;text\n", frag(with(one, func(d *Datagram) { d.Problem = "fragment that begins behind its record's end" }))},
		{"fragment, nothing", header + ",ncfrag=0/12;", frag(with(one, func(d *Datagram) { d.Body, d.Problem = []byte{}, "fragment without a byte of its record" }))},
		{"fragment, no numbers", header + ",ncfrag=0;text\n", frag(with(one, func(d *Datagram) { d.Problem = "fragment: ncfrag is not OFFSET/TOTAL" }))},
		{"fragment, negative", header + ",ncfrag=-1/5;text\n", frag(with(one, func(d *Datagram) { d.Problem = "fragment: ncfrag is not OFFSET/TOTAL" }))},
		{"number out of range", "6,4611686018427387905,1,-;x", ext(Datagram{Priority: 6, Seq: 1<<62 + 1, Usec: 1, Flag: '-',
			Header: []byte("6,4611686018427387905,1,-"), Body: []byte("x"), Problem: "sequence number or time stamp out of range"})},
		{"empty", "", Datagram{Problem: "empty datagram"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			compareDatagrams(t, Decode([]byte(tt.payload)), tt.want)
		})
	}
}

func compareDatagrams(t *testing.T, got, want Datagram) {
	t.Helper()
	if got.Kind != want.Kind || got.Replayed != want.Replayed || got.Dropped != want.Dropped || got.Problem != want.Problem ||
		!bytes.Equal(got.Release, want.Release) || got.Priority != want.Priority || got.Seq != want.Seq || got.Usec != want.Usec ||
		got.Flag != want.Flag || !bytes.Equal(got.Fields, want.Fields) || !bytes.Equal(got.Header, want.Header) ||
		!bytes.Equal(got.Body, want.Body) || got.Offset != want.Offset || got.Total != want.Total {
		t.Errorf("\n got %s\nwant %s", show(got), show(want))
	}
}

func show(d Datagram) string {
	return fmt.Sprintf("kind %d, replayed %v, dropped %d, release %q, header %q (%d,%d,%d,%c,%q), body %q, %d/%d, problem %q",
		d.Kind, d.Replayed, d.Dropped, d.Release, d.Header, d.Priority, d.Seq, d.Usec, d.Flag, d.Fields, d.Body, d.Offset, d.Total, d.Problem)
}

func TestDecodeAllocates(t *testing.T) {
	for _, s := range []string{
		"[    8.417578] text\n",
		"** 109 printk messages dropped **\n[    8.417578] text\n",
		"Hello, world; 6,417,8417578,-;text",
		"7.3.4,6,417,8417578,-,caller=T1;text\n SUBSYSTEM=pci\n",
		"7.3.4,6,417,8417578,-,ncfrag=0/1000;text\n",
		"7.3.4,6,417,8417578,-,ncfrag=0/4294967295;text\n",
	} {
		payload := []byte(s)
		if n := testing.AllocsPerRun(100, func() { Decode(payload) }); n != 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		"[    8.417578] text\n", "5;text", "1,2,3;x", "",
		"** replaying previous printk message **\n** 109 printk messages dropped **\n<14>[    8.417578][  T123] text\n",
		"7.3.4+deb13,6,417,8417578,-,caller=T1;text\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n a=b\n c\n cpu=0\n msgid=7\n",
		"6,417,8417578,c,ncfrag=960/1801;text", "6,417,8417578,-,ncfrag=0/4294967295;x",
		"44,419,6352869,-;netkmsg: 3 records lost: 417-419 (overwritten)\n NETKMSG_LOST=417-419\n NETKMSG_COUNT=3\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		d := Decode(payload)
		if d.Total < 0 || d.Total > totalMax || d.Offset < 0 || d.Offset+len(d.Body) > d.Total && d.Kind == KindFragment && d.Problem == "" {
			t.Error(show(d))
		}
		if d.Kind == KindBasic {
			if !bytes.HasSuffix(payload, d.Body) {
				t.Errorf("body %q of %q", d.Body, payload)
			}
			return
		}
		// What was taken apart gives the payload again.
		var again []byte
		if d.Release != nil {
			again = append(append(again, d.Release...), ',')
		}
		again = append(again, d.Header...)
		if !bytes.Contains(payload, again) || !bytes.Contains(payload, d.Body) || !bytes.HasSuffix(d.Header, d.Fields) {
			t.Errorf("%s of %q", show(d), payload)
		}
		// The header is one that Parse takes.
		r, err := Parse(append(bytes.Clone(d.Header), ";\n"...))
		if err != nil || r.Seq != d.Seq || r.Usec != d.Usec || r.Priority != d.Priority || r.Flag != d.Flag || !bytes.Equal(r.Fields, d.Fields) {
			t.Errorf("%q: %+v, %v", d.Header, r, err)
		}
		rec := append(append(bytes.Clone(d.Header), ';'), d.Body...)
		text, dict, user := splitBody(rec, len(d.Header)+1)
		if text <= len(d.Header) || dict < text || user < dict || user > len(rec) {
			t.Errorf("split of %q at %d, %d, %d", rec, text, dict, user)
		}
		for i := dict; i < len(rec); {
			n := entryLen(rec[i:])
			if n <= 0 {
				t.Fatalf("entry of %d bytes at %q", n, rec[i:])
			}
			i += n
		}
	})
}
