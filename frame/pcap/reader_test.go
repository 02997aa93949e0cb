package pcap_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"netkmsg/frame/pcap"
)

func drain(tb testing.TB, r *pcap.Reader) []pcap.Packet {
	tb.Helper()
	var ps []pcap.Packet
	for {
		p, err := r.Next()
		if err == io.EOF {
			return ps
		}
		if err != nil {
			tb.Fatal(err)
		}
		ps = append(ps, p)
	}
}

func readAll(tb testing.TB, path string) []pcap.Packet {
	tb.Helper()
	r, err := pcap.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer r.Close()
	return drain(tb, r)
}

func zip(b []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	z.Write(b)
	z.Close()
	return buf.Bytes()
}

var orders = []struct {
	name string
	order
}{{"little-endian", binary.LittleEndian}, {"big-endian", binary.BigEndian}}

// forms gives each capture as it is, in gzip, and a byte at a time.
func forms(b []byte) map[string]io.Reader {
	return map[string]io.Reader{
		"plain":   bytes.NewReader(b),
		"gzip":    bytes.NewReader(zip(b)),
		"dribble": iotest.OneByteReader(bytes.NewReader(b)),
	}
}

func TestClassic(t *testing.T) {
	for _, o := range orders {
		for _, res := range []struct {
			magic uint32
			unit  time.Duration
		}{{0xa1b2c3d4, time.Microsecond}, {0xa1b23c4d, time.Nanosecond}} {
			file := classicHeader(o, res.magic, 65535, 0x10000000|113)
			file = append(file, classicPacket(o, 5, 999999, 3, 3)...)
			file = append(file, classicPacket(o, 0, 0, 0, 60)...)
			file = append(file, classicPacket(o, 4294967295, 1, 70000, 80000)...) // more than the header's snap length
			for form, in := range forms(file) {
				t.Run(fmt.Sprint(o.name, res.unit, form), func(t *testing.T) {
					r, err := pcap.NewReader(in)
					if err != nil {
						t.Fatal(err)
					}
					if r.LinkType() != 113 {
						t.Errorf("link type %d, want 113", r.LinkType())
					}
					check(t, drain(t, r), []pcap.Packet{
						{Time: time.Unix(5, 0).Add(999999 * res.unit), Data: bytes.Repeat([]byte{0x5a}, 3), Length: 3, LinkType: 113},
						{Time: time.Unix(0, 0), Length: 60, LinkType: 113},
						{Time: time.Unix(4294967295, 0).Add(res.unit), Data: bytes.Repeat([]byte{0x5a}, 70000), Length: 80000, LinkType: 113},
					})
				})
			}
		}
	}
}

func check(t *testing.T, got, want []pcap.Packet) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d packets, want %d", len(got), len(want))
	}
	for i, g := range got {
		w := want[i]
		if !g.Time.Equal(w.Time) || !bytes.Equal(g.Data, w.Data) || g.Length != w.Length || g.LinkType != w.LinkType {
			t.Errorf("packet %d:\ngot  %v\nwant %v", i+1, g, w)
		}
		if g.Time.Location() != time.UTC {
			t.Errorf("packet %d: time in %v", i+1, g.Time.Location())
		}
	}
}

func TestNg(t *testing.T) {
	for _, o := range orders {
		other := orders[0].order
		if o.name == "little-endian" {
			other = orders[1].order
		}
		comment := ngOption(o, 1, []byte("a comment"))
		end := ngOption(o, 0, nil)
		file := bytes.Join([][]byte{
			ngSection(o, 1, 0, ngOption(o, 4, []byte("maker")), end),
			ngInterface(o, 1, 0, ngOption(o, 2, []byte("eth0")), ngOption(o, 11, nil), ngOption(o, 9, []byte{9}), end),
			ngInterface(o, 276, 96, comment), // microseconds for want of an option; no end of options
			ngInterface(o, 1, 0, ngOption(o, 9, []byte{3}), ngOption(o, 14, o.AppendUint64(nil, 1000))),
			ngInterface(o, 1, 0, ngOption(o, 9, []byte{12})),
			ngPacket(o, 0, 5_000_000_001, []byte("one"), 3),
			ngBlock(o, 4, make([]byte, 1000)), // names
			ngPacket(o, 1, 5_000_001, []byte("four"), 400, comment, end),
			ngPacket(o, 2, 5_001, nil, 0),
			ngBlock(o, 5, []byte("statistics that are none")),
			ngPacket(o, 3, 5_000_000_000_001, []byte("12345"), 5),
			ngObsolete(o, 0, 7, []byte("old"), 3),
			ngSimple(o, 5, []byte("plain")),
			ngBlock(o, 0x80000001, nil),
			// A second section has its own byte order and its own interfaces.
			ngSection(other, 1, 2),
			ngInterface(other, 113, 4),
			ngSimple(other, 500, []byte("trim")),
		}, nil)
		want := []pcap.Packet{
			{Time: time.Unix(5, 1), Data: []byte("one"), Length: 3, LinkType: 1},
			{Time: time.Unix(5, 1000), Data: []byte("four"), Length: 400, LinkType: 276},
			{Time: time.Unix(1005, 1e6), Length: 0, LinkType: 1},
			{Time: time.Unix(5, 0), Data: []byte("12345"), Length: 5, LinkType: 1},
			{Time: time.Unix(0, 7), Data: []byte("old"), Length: 3, LinkType: 1},
			{Time: time.Time{}, Data: []byte("plain"), Length: 5, LinkType: 1},
			{Time: time.Time{}, Data: []byte("trim"), Length: 500, LinkType: 113},
		}
		for form, in := range forms(file) {
			t.Run(o.name+form, func(t *testing.T) {
				r, err := pcap.NewReader(in)
				if err != nil {
					t.Fatal(err)
				}
				if r.LinkType() != 0 {
					t.Errorf("link type %d before the first interface, want 0", r.LinkType())
				}
				first, err := r.Next()
				if err != nil {
					t.Fatal(err)
				}
				if r.LinkType() != 1 {
					t.Errorf("link type %d, want 1", r.LinkType())
				}
				check(t, append([]pcap.Packet{first}, drain(t, r)...), want)
			})
		}
	}
}

// TestCut reads captures cut at every byte: all whole packets come, then an error that says where, or the plain end.
func TestCut(t *testing.T) {
	le := binary.LittleEndian
	classic := [][]byte{classicHeader(le, 0xa1b2c3d4, 0, 1), classicPacket(le, 0, 0, 5, 5), classicPacket(le, 0, 0, 0, 7), classicPacket(le, 0, 0, 14, 14)}
	ng := [][]byte{append(ngSection(le, 1, 0), ngInterface(le, 1, 0)...), ngPacket(le, 0, 0, []byte("12345"), 5), ngSimple(le, 0, nil), ngPacket(le, 0, 0, make([]byte, 14), 14)}
	for name, parts := range map[string][][]byte{"classic": classic, "ng": ng} {
		file := bytes.Join(parts, nil)
		for cut := len(parts[0]); cut <= len(file); cut++ {
			whole, end := 0, len(parts[0])
			for whole < 3 && end+len(parts[whole+1]) <= cut {
				whole++
				end += len(parts[whole])
			}
			r, err := pcap.NewReader(bytes.NewReader(file[:cut]))
			if err != nil {
				t.Fatalf("%s cut at %d: %v", name, cut, err)
			}
			n := 0
			for ; err == nil; n++ {
				_, err = r.Next()
			}
			if n-1 != whole {
				t.Errorf("%s cut at %d: %d packets, want %d", name, cut, n-1, whole)
			}
			want := fmt.Sprintf("read capture: packet %d at byte %d: the file ends inside it: unexpected EOF", whole+1, end)
			if cut == end && err != io.EOF || cut > end && (!errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != want) {
				t.Errorf("%s cut at %d: got  %v\nwant %s", name, cut, err, want)
			}
			if _, again := r.Next(); again != err {
				t.Errorf("%s cut at %d: then %v", name, cut, again)
			}
		}
		for cut := range len(parts[0]) {
			r, err := pcap.NewReader(bytes.NewReader(file[:cut]))
			if err == nil {
				_, err = r.Next() // a pcapng section alone is a header
			}
			if !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
				t.Errorf("%s header cut at %d: %v", name, cut, err)
			}
		}
		zipped := zip(file)
		r, err := pcap.NewReader(bytes.NewReader(zipped[:len(zipped)-1]))
		for err == nil {
			_, err = r.Next()
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: gzip cut: %v", name, err)
		}
	}
}

func TestDamaged(t *testing.T) {
	le := binary.LittleEndian
	head := append(ngSection(le, 1, 0), ngInterface(le, 1, 0)...)
	with := func(b []byte, at int, v uint32) []byte {
		b = bytes.Clone(b)
		le.PutUint32(b[at:], v)
		return b
	}
	classicOne := append(classicHeader(le, 0xa1b2c3d4, 1<<32-1, 1), classicPacket(le, 0, 0, 20, 20)...)
	ngOne := append(bytes.Clone(head), ngPacket(le, 0, 0, make([]byte, 20), 20)...)
	for _, c := range []struct {
		name string
		in   []byte
		want string // the end of the message
	}{
		{"empty", nil, "not a capture file: it is empty: unexpected EOF"},
		{"three bytes", []byte{0xd4, 0xc3, 0xb2}, "read capture header: unexpected EOF"},
		{"text", []byte("kernel log"), "not a capture file: it starts with 6b 65 72 6e, which is neither pcap nor pcapng"},
		{"gzip of text", zip([]byte("kernel log")), "not a capture file: it starts with 6b 65 72 6e, which is neither pcap nor pcapng"},
		{"gzip of gzip", zip(zip(classicOne)), "which is neither pcap nor pcapng"},
		{"gzip header", []byte{0x1f, 0x8b, 0, 0, 0, 0, 0, 0, 0, 0, 0}, "read gzip header: gzip: invalid header"},
		{"version", with(classicOne, 4, 9), "read capture header: Unknown major version 9"},
		{"4 GiB packet", with(classicOne, 32, 1<<32-1), "packet 1 at byte 24: claims 4294967295 captured bytes, more than the 262144 that any tool writes: the file is damaged here"},
		{"2 GiB packet", with(classicOne, 32, 1<<31), "packet 1 at byte 24: claims 2147483648 captured bytes, more than the 262144 that any tool writes: the file is damaged here"},
		{"more captured than there was", with(classicOne, 36, 19), "packet 1 at byte 24: capture length exceeds original packet length: 20 > 19"},
		{"long packet in pcapng", with(ngOne, len(head)+20, 1<<32-1), "packet 1 at byte 48: claims 4294967295 captured bytes, more than the 262144 that any tool writes: the file is damaged here"},
		{"packet beyond its block", with(ngOne, len(head)+20, 21), "packet 1 at byte 48: block is too short for its contents: 24 bytes wanted, 20 left"},
		{"block of 4 GiB", with(ngOne, len(head)+4, 1<<32-4), "packet 1 at byte 48: the file ends inside it: unexpected EOF"},
		{"block of 8", with(ngOne, len(head)+4, 8), "block of type 6 claims a length of 8, not a multiple of 4 from 12 up"},
		{"odd block", with(ngOne, len(head)+4, 53), "block of type 6 claims a length of 53, not a multiple of 4 from 12 up"},
		{"packet block of 12", append(bytes.Clone(head), ngBlock(le, 6, nil)...), "block is too short for its contents: 20 bytes wanted, 0 left"},
		{"ends differ", with(ngOne, len(ngOne)-4, 48), "block of length 52 ends with a length of 48: the file is damaged here"},
		{"no such interface", with(ngOne, len(head)+8, 1), "packet 1 at byte 48: belongs to interface 1 of 1"},
		{"simple packet without interface", append(ngSection(le, 1, 0), ngSimple(le, 1, []byte{1})...), "belongs to interface 0 of 0"},
		{"simple packet of 4 GiB", append(bytes.Clone(head), ngSimple(le, 1<<32-1, []byte{1})...), "claims 4294967295 captured bytes, more than the 262144 that any tool writes: the file is damaged here"},
		{"pcapng version", ngSection(le, 2, 0), "pcapng version 2.0 is not known"},
		{"no byte order", with(ngSection(le, 1, 0), 8, 1), "section header without a byte order: 01 00 00 00"},
		{"section of 12", with(ngSection(le, 1, 0), 4, 12), "block of type 168627466 claims a length of 12, not a multiple of 4 from 28 up"},
		{"empty interface", append(ngSection(le, 1, 0), ngBlock(le, 1, nil)...), "block is too short for its contents: 8 bytes wanted, 0 left"},
		{"empty resolution", append(ngSection(le, 1, 0), ngInterface(le, 1, 0, ngOption(le, 9, nil))...), "interface option 9 has a length of 0"},
		{"short offset", append(ngSection(le, 1, 0), ngInterface(le, 1, 0, ngOption(le, 14, []byte{1}))...), "interface option 14 has a length of 1"},
		{"option beyond its block", append(ngSection(le, 1, 0), ngInterface(le, 1, 0, []byte{2, 0, 99, 0})...), "interface option 2 of 99 bytes does not fit into its block"},
		{"resolution of 2^-10", append(ngSection(le, 1, 0), ngInterface(le, 1, 0, ngOption(le, 9, []byte{0x8a}))...), "time resolution 0x8a of interface 0 is not supported (editcap -F nsecpcap converts the file)"},
		{"resolution of 10^-20", append(ngSection(le, 1, 0), ngInterface(le, 1, 0, ngOption(le, 9, []byte{20}))...), "time resolution 0x14 of interface 0 is not supported (editcap -F nsecpcap converts the file)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r, err := pcap.NewReader(bytes.NewReader(c.in))
			if err == nil {
				_, err = r.Next()
			}
			runtime.ReadMemStats(&after)
			if err == nil || !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 2*pcap.MaxFrame {
				t.Errorf("allocated %d bytes for a file of %d", n, len(c.in))
			}
		})
	}
}

func TestTooManyInterfaces(t *testing.T) {
	le := binary.LittleEndian
	file := append(ngSection(le, 1, 0), bytes.Repeat(ngInterface(le, 1, 0), 1<<16+1)...)
	r, err := pcap.NewReader(bytes.NewReader(file))
	if err == nil {
		_, err = r.Next()
	}
	if want := "read capture: packet 1 at byte 1310748: more than 65536 interfaces in one section"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestReadFails(t *testing.T) {
	bad := errors.New("medium error")
	file := contents(t, write(t, "a.pcap", ethernet(1)))
	r, err := pcap.NewReader(io.MultiReader(bytes.NewReader(file), iotest.ErrReader(bad)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); !errors.Is(err, bad) {
		t.Errorf("got %v, want %v", err, bad)
	}
	if _, err := pcap.NewReader(iotest.ErrReader(bad)); !errors.Is(err, bad) {
		t.Errorf("got %v, want %v", err, bad)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	if _, err := pcap.Open(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "open capture file "+dir) {
		t.Errorf("missing file: %v", err)
	}
	cut := filepath.Join(dir, "cut.pcap")
	file := contents(t, write(t, "a.pcap", ethernet(1)))
	if err := os.WriteFile(cut, file[:len(file)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := pcap.Open(cut)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Next()
	if want := "read " + cut + ": packet 1 at byte 24: the file ends inside it: unexpected EOF"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("text file"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = pcap.Open(text)
	if want := "open capture file " + text + ": not a capture file: it starts with 74 65 78 74, which is neither pcap nor pcapng"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
