package craft_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/craft"
)

func TestParseRange(t *testing.T) {
	for s, want := range map[string]string{
		"0": "0", "0x10": "16", "65535": "65535", "7-7": "7",
		"1-9": "1-9", "1-9/3": "1-9/3", "5+2": "5+2", "random": "random:0-65535", "random:3-4": "random:3-4",
	} {
		r, err := craft.ParseRange(s, 65535)
		if err != nil || r.String() != want {
			t.Errorf("%s: %v, %v, want %s", s, r, err, want)
		}
	}
	for _, s := range []string{"", "x", "-", "1-", "-1", "9-1", "1-9/0", "1+0", "65536", "1-65536", "random:", "random:4-3", "random:1-9/2", "1+2/3", "1-2+3", "1/2", "random+1", "1 "} {
		if r, err := craft.ParseRange(s, 65535); err == nil {
			t.Errorf("%q is taken for %v", s, r)
		}
	}
}

// FuzzParseRange has what is read written and read again the same.
func FuzzParseRange(f *testing.F) {
	for _, s := range []string{"1", "1-9/3", "5+2", "random", "random:3-4", "0xff-0xffff"} {
		f.Add(s, uint64(65535))
	}
	f.Add("0-18446744073709551615", ^uint64(0))
	f.Fuzz(func(t *testing.T, s string, most uint64) {
		r, err := craft.ParseRange(s, most)
		if err != nil {
			return
		}
		if again, err := craft.ParseRange(r.String(), most); err != nil || again != r {
			t.Fatalf("%q is %v, and that %v, %v", s, r, again, err)
		}
	})
}

// FuzzSet sets fields to anything. What is taken makes frames, which are the same
// when they are made again, in a buffer that has held another.
func FuzzSet(f *testing.F) {
	for _, s := range []string{
		"vlan=ad/100:3d,200-300", "src-mac=+1/16\ndport=1-3", "dst-ip=192.0.2.0/24\nttl=0-255", "dst-ip=ff00::/8", "src-ip=random:2001:db8::/33",
		"hop-by-hop=router-alert,0,0x1e=01\nfragment=more,offset=8", "payload-pattern=random\npayload-size=0-9", "bad=truncate=9\nbad=length",
		"dst-ip=192.0.2.9\nbad=version\npad=9:9", "payload-hex=00:ff\nudp-checksum=0", "count=9\npayload-pattern=number\nsport=random",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := craft.Default()
		for line := range strings.Lines(s) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			if err := r.Set(name, value); err != nil {
				if !strings.HasPrefix(err.Error(), "--") {
					t.Fatalf("%q: the error names no flag: %v", line, err)
				}
				return
			}
		}
		q, err := r.Sequence(craft.Host{})
		if err != nil {
			return
		}
		buf := bytes.Repeat([]byte{0xa5}, q.Longest())
		last := q.Len() - 1 // of an endless one it is 2^64-1
		for _, i := range []uint64{0, last / 2, last} {
			a, err := q.Frame(i, buf)
			if err != nil {
				t.Fatal(err)
			}
			a = bytes.Clone(a)
			b, err := q.Frame(i, nil)
			if err != nil || !bytes.Equal(a, b) || len(a) > q.Longest() {
				t.Fatalf("%q, frame %d: %x\n%x, %v", s, i, a, b, err)
			}
			checkSound(t, &r, q, i, a)
		}
	})
}

// checkSound has Parse find nothing wrong with a frame of which nothing is to be
// wrong, and all views of it come about.
func checkSound(t *testing.T, r *craft.Recipe, q *craft.Sequence, i uint64, b []byte) {
	t.Helper()
	if len(r.Deviations()) == 0 {
		if bad := frame.Faults(frame.LinkEthernet, b); len(bad) > 0 && !onlyFragment(bad) {
			t.Fatalf("%x: %v", b, bad[0])
		}
	}
	var w bytes.Buffer
	if err := r.Explain(&w, q, i); err != nil {
		t.Fatalf("explain %x: %v", b, err)
	}
	if p, err := r.Report(q, i); err != nil || p.Bytes != fmt.Sprintf("%x", b) {
		t.Fatalf("report %x: %v", b, err)
	}
	if _, err := r.Go(q, i); err != nil {
		t.Fatalf("Go code of %x: %v", b, err)
	}
}

// onlyFragment has a fragment header, which may say what it likes.
func onlyFragment(bad []*frame.ParseError) bool {
	return len(bad) == 1 && bad[0].Layer == "Fragment"
}

// FuzzLike takes any frame; without a fault and without what has no flag, it is
// made again.
func FuzzLike(f *testing.F) {
	for _, s := range []string{"", "dst-ip=192.0.2.9", "vlan=5,6 hop-by-hop=pad fragment=atomic pad=5"} {
		f.Add(first(f, strings.Fields(s)...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := craft.Like(b)
		if err != nil {
			return
		}
		q, err := r.Sequence(craft.Host{})
		if err != nil {
			return
		}
		made, err := q.Frame(0, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := frame.Parse(b)
		if err != nil {
			return
		}
		reserved := p.IsIPv4() && b[14+4*p.NumVLAN()+6]&0x80 != 0
		if !bytes.Equal(made, b) && !reserved {
			t.Fatalf("made %x\nof   %x", made, b)
		}
	})
}

// TestCountBeyond has the sweeps begin again where the count goes beyond them.
func TestCountBeyond(t *testing.T) {
	s := sequence(t, "dport=1-3", "count=8")
	for i := range uint64(8) {
		b, err := s.Frame(i, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := first(t, fmt.Sprintf("dport=%d", i%3+1)); !bytes.Equal(b, want) {
			t.Errorf("frame %d: %x, want %x", i, b, want)
		}
	}
	if _, err := s.Frame(8, nil); err == nil {
		t.Error("a frame behind the last")
	}
}

// TestRandom has addresses of the prefix, many of them, of either half.
func TestRandom(t *testing.T) {
	for _, prefix := range []string{"2001:db8::/33", "2001:db8::/64", "2001:db8::/65", "2001:db8::/120", "10.0.0.0/8", "192.0.2.0/31"} {
		p := netip.MustParsePrefix(prefix)
		s := sequence(t, "dst-ip=random:"+prefix, "dst-mac=random", "count=1000")
		seen := map[netip.Addr]int{}
		for i := range s.Len() {
			b, err := s.Frame(i, nil)
			if err != nil {
				t.Fatal(err)
			}
			f, err := frame.Parse(b)
			if err != nil || !p.Contains(f.Target.Addr) || !f.Target.MAC.IsUnicast() || f.Target.MAC[0] != 2 {
				t.Fatalf("%s, frame %d: %v, %v", prefix, i, f.Target, err)
			}
			seen[f.Target.Addr]++
		}
		host := p.Addr().BitLen() - p.Bits()
		if want := min(900, 1<<min(host, 10)*9/10); len(seen) < want {
			t.Errorf("%s: %d addresses, want %d or more", prefix, len(seen), want)
		}
		last := netip.Addr{}
		for a := range seen {
			last = max16(last, a)
		}
		if host > 1 && !p.Contains(last) || host > 1 && last.AsSlice()[p.Bits()/8]>>(7-p.Bits()%8)&1 == 0 {
			t.Errorf("%s: the highest address is %v", prefix, last)
		}
	}
}

func max16(a, b netip.Addr) netip.Addr {
	if a.Less(b) {
		return b
	}
	return a
}

// TestWalks have a field go on with every frame, and begin anew at its end.
func TestWalks(t *testing.T) {
	for _, tt := range []struct {
		walk string
		i    uint64
		one  string
	}{
		{"dport=65530+3", 2, "dport=65530"},
		{"dport=65530+3", 1, "dport=65533"},
		{"src-mac=02:00:00:00:00:ff+2", 3, "src-mac=02:00:00:00:01:05"},
		{"src-ip=2001:db8::ffff:ffff:ffff:fffe+1", 3, "src-ip=2001:db8:0:1::1"},
		{"src-ip=192.0.2.255+1", 1, "src-ip=192.0.3.0"},
	} {
		s := sequence(t, tt.walk, "count=10", "dst-mac=broadcast")
		b, err := s.Frame(tt.i, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := first(t, tt.one, "dst-mac=broadcast"); !bytes.Equal(b, want) {
			t.Errorf("%s, frame %d\n got %x\nwant %x, %s", tt.walk, tt.i, b, want, tt.one)
		}
	}
}
