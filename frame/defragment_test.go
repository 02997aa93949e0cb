package frame_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/ip4defrag"
	"github.com/google/gopacket/layers"

	"netkmsg/frame"
)

// split cuts the packet of an Ethernet frame where told to, in bytes behind
// the IP header. IPv6 gets fragment headers with the ID.
func split(b []byte, id uint32, cuts ...int) [][]byte {
	ip := 14
	for binary.BigEndian.Uint16(b[ip-2:]) == 0x8100 {
		ip += 4
	}
	v4 := b[ip]>>4 == 4
	head := ip + 40
	if v4 {
		head = ip + int(b[ip]&15)*4
	}
	data := b[head:]
	var list [][]byte
	from := 0
	for _, to := range append(cuts, len(data)) {
		more := to < len(data)
		list = append(list, fragment(b[:head], ip, id, from, more, data[from:to]))
		from = to
	}
	return list
}

// fragment makes one with the headers of a whole packet.
func fragment(head []byte, ip int, id uint32, at int, more bool, data []byte) []byte {
	place := uint16(at)
	f := slices.Clone(head)
	if f[ip]>>4 == 4 {
		if place /= 8; more {
			place |= 0x2000
		}
		binary.BigEndian.PutUint16(f[ip+2:], uint16(len(head)-ip+len(data)))
		binary.BigEndian.PutUint16(f[ip+4:], uint16(id))
		binary.BigEndian.PutUint16(f[ip+6:], place)
		binary.BigEndian.PutUint16(f[ip+10:], 0)
		binary.BigEndian.PutUint16(f[ip+10:], frame.Checksum(f[ip:]))
		return append(f, data...)
	}
	if more {
		place |= 1
	}
	f = append(f, f[ip+6], 0)
	f[ip+6] = 44
	f = binary.BigEndian.AppendUint16(f, place)
	f = binary.BigEndian.AppendUint32(f, id)
	f = append(f, data...)
	binary.BigEndian.PutUint16(f[ip+4:], uint16(len(f)-ip-40))
	return f
}

var start = time.Unix(1e9, 0)

// feed gives frames to a Defragmenter, a second apart, and returns the
// payloads that come out, with the number of the frame that completed each.
func feed(t *testing.T, d *frame.Defragmenter, l frame.LinkType, frames ...[]byte) []string {
	t.Helper()
	var got []string
	for i, b := range frames {
		given := slices.Clone(b)
		f, err := d.Parse(l, given, start.Add(time.Duration(i)*time.Second))
		clear(given) // nothing may be kept of it
		switch {
		case err == nil && len(f.Payload) > 0 && !bytes.Contains(f.Payload, make([]byte, 4)):
			got = append(got, fmt.Sprintf("%d:%s", i, f.Payload))
		case err == nil:
			got = append(got, fmt.Sprintf("%d:cleared", i))
		case !errors.Is(err, frame.ErrFragment):
			got = append(got, fmt.Sprintf("%d:%v", i, err))
		}
	}
	balance(t, d)
	return got
}

// balance requires that the account adds up, and that of memory too.
func balance(t *testing.T, d *frame.Defragmenter) {
	t.Helper()
	s := d.Stats()
	if s.Begun != s.Completed+s.Overlapping+s.TimedOut+s.Evicted+uint64(s.Waiting) || s.Waiting < 0 {
		t.Fatalf("%+v does not add up", s)
	}
	if counted, want, most := frame.Held(d); counted != want || counted > most {
		t.Fatalf("counts %d bytes of memory, should %d, may %d", counted, want, most)
	}
}

func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, p := range permutations(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(p), at, n-1))
		}
	}
	return all
}

func TestDefragmentOrders(t *testing.T) {
	text := strings.Repeat("0123456789", 12)
	for name, h := range map[string]frame.Header{
		"IPv6": header6(), "IPv4": header4(),
		"IPv6 tagged": tagged(header6(), frame.VLAN{ID: 5}, frame.VLAN{ID: 6}), "IPv4 tagged": tagged(header4(), frame.VLAN{ID: 7}),
	} {
		tpl := mustTemplate(t, h)
		tpl.SetID(77)
		whole := mustAppend(t, tpl, []byte(text))
		parts := split(whole, 77, 8, 48, 104)
		for _, l := range linkTypes {
			if !carries(l, h.Source.Addr.Is4()) {
				continue
			}
			want, err := frame.ParseLink(l, relink(l, whole))
			if err != nil {
				t.Fatal(err)
			}
			for _, order := range permutations(len(parts)) {
				d := frame.NewDefragmenter(frame.DefragmentLimits{})
				for n, i := range order {
					b := append(relink(l, parts[i]), 0xee, 0xee) // padding is no data
					f, err := d.Parse(l, b, start)
					clear(b)
					if last := n == len(order)-1; !last {
						if !errors.Is(err, frame.ErrFragment) {
							t.Fatalf("%s over %v, order %v, number %d: %v", name, l, order, n, err)
						}
					} else if err != nil || table(f.Fields()) != table(want.Fields()) {
						t.Fatalf("%s over %v, order %v: %v\n got %s\nwant %s", name, l, order, err, table(f.Fields()), table(want.Fields()))
					}
				}
				if s := d.Stats(); s != (frame.DefragmentStats{Fragments: 4, Begun: 1, Completed: 1}) {
					t.Fatalf("%s over %v: %+v", name, l, s)
				}
			}
		}
	}
}

func TestDefragment(t *testing.T) {
	text := "the quick brown fox jumps over the lazy dog, twice and more" // 67 bytes with UDP's header
	for family, h := range map[string]frame.Header{"IPv6": header6(), "IPv4": header4()} {
		whole := mustBuild(t, h, text)
		ip := len(whole) - 67
		p := split(whole, 1, 24, 48)
		q := split(whole, 2, 24, 48)
		cut := func(id uint32, from, to int) []byte {
			return fragment(whole[:ip], 14, id, from, to < 67, whole[ip+from:ip+to])
		}
		wrong := slices.Clone(p[1])
		wrong[len(wrong)-1] ^= 1
		other := slices.Clone(p[1])
		other[26+map[string]int{"IPv6": 8, "IPv4": 3}[family]] ^= 0x80 // the sender's address
		if family == "IPv4" {
			fixIPv4(other)
		}
		for _, c := range []struct {
			name string
			in   [][]byte
			out  []string
			want frame.DefragmentStats
		}{
			{"whole", [][]byte{whole}, []string{"0:cleared"}, frame.DefragmentStats{}},
			{"middle missing", [][]byte{p[0], p[2]}, nil, frame.DefragmentStats{Fragments: 2, Begun: 1, Waiting: 1}},
			{"first missing", [][]byte{p[1], p[2]}, nil, frame.DefragmentStats{Fragments: 2, Begun: 1, Waiting: 1}},
			{"last missing", [][]byte{p[0], p[1]}, nil, frame.DefragmentStats{Fragments: 2, Begun: 1, Waiting: 1}},
			{"copies", [][]byte{p[0], p[0], p[2], p[2], p[0], p[1]}, []string{"5:" + text}, frame.DefragmentStats{Fragments: 6, Duplicates: 3, Begun: 1, Completed: 1}},
			{"two at once", [][]byte{p[0], q[2], q[0], p[2], p[1], q[1]}, []string{"4:" + text, "5:" + text}, frame.DefragmentStats{Fragments: 6, Begun: 2, Completed: 2}},
			{"twice", [][]byte{p[0], p[1], p[2], p[0], p[1], p[2]}, []string{"2:" + text, "5:" + text}, frame.DefragmentStats{Fragments: 6, Begun: 2, Completed: 2}},
			{"another sender", [][]byte{p[0], other, p[2]}, nil, frame.DefragmentStats{Fragments: 3, Begun: 2, Waiting: 2}},
			{"same place, other data", [][]byte{p[0], p[1], wrong, p[2]}, nil, frame.DefragmentStats{Fragments: 4, Begun: 1, Overlapping: 1}},
			{"overlap at the end", [][]byte{p[0], p[1], cut(1, 40, 67)}, nil, frame.DefragmentStats{Fragments: 3, Begun: 1, Overlapping: 1}},
			{"overlap at the start", [][]byte{p[1], p[2], cut(1, 0, 32)}, nil, frame.DefragmentStats{Fragments: 3, Begun: 1, Overlapping: 1}},
			{"overlap inside", [][]byte{p[1], cut(1, 32, 40), p[0], p[2]}, nil, frame.DefragmentStats{Fragments: 4, Begun: 1, Overlapping: 1}},
			{"overlap around", [][]byte{cut(1, 32, 40), p[1], p[0], p[2]}, nil, frame.DefragmentStats{Fragments: 4, Begun: 1, Overlapping: 1}},
			{"same place, longer", [][]byte{p[1], cut(1, 24, 56)}, nil, frame.DefragmentStats{Fragments: 2, Begun: 1, Overlapping: 1}},
			{"same place, shorter", [][]byte{p[1], cut(1, 24, 32)}, nil, frame.DefragmentStats{Fragments: 2, Begun: 1, Overlapping: 1}},
			{"given up for good", [][]byte{p[0], p[1], wrong, p[0], p[1], p[2]}, nil, frame.DefragmentStats{Fragments: 6, Begun: 1, Overlapping: 1}},
			{"two ends", [][]byte{p[2], fragment(whole[:ip], 14, 1, 72, false, []byte("more"))}, nil, frame.DefragmentStats{Fragments: 2, Begun: 1, Overlapping: 1}},
			{"an end before data", [][]byte{p[1], fragment(whole[:ip], 14, 1, 16, false, []byte("end"))}, nil, frame.DefragmentStats{Fragments: 2, Begun: 1, Overlapping: 1}},
			{"data behind the end", [][]byte{fragment(whole[:ip], 14, 1, 16, false, []byte("end")), p[1]}, nil, frame.DefragmentStats{Fragments: 2, Begun: 1, Overlapping: 1}},
			{"last and not last", [][]byte{fragment(whole[:ip], 14, 1, 48, true, whole[ip+48:ip+64]), fragment(whole[:ip], 14, 1, 48, false, whole[ip+48:ip+64])}, nil,
				frame.DefragmentStats{Fragments: 2, Begun: 1, Overlapping: 1}},
		} {
			d := frame.NewDefragmenter(frame.DefragmentLimits{})
			if got := feed(t, d, 1, c.in...); !slices.Equal(got, c.out) {
				t.Errorf("%s, %s: %q, want %q", family, c.name, got, c.out)
			}
			if s := d.Stats(); s != c.want {
				t.Errorf("%s, %s:\n got %+v\nwant %+v", family, c.name, s, c.want)
			}
		}
	}
}

// The pieces that no datagram can have, and none must hear of.
func TestDefragmentMalformed(t *testing.T) {
	b6, b4 := mustBuild(t, header6(), "x"), mustBuild(t, header4(), "x")
	for _, c := range []struct {
		name string
		in   []byte
		want string
	}{
		{"IPv4, empty", fragment(b4[:34], 14, 1, 8, true, nil), "IPv4 data at byte 20 is 0 bytes, want any"},
		{"IPv6, empty", fragment(b6[:54], 14, 1, 8, false, nil), "Fragment data at byte 56 is 0 bytes, want any"},
		{"IPv4, odd", fragment(b4[:34], 14, 1, 0, true, make([]byte, 13)), "IPv4 data at byte 20 is 13 bytes with more to follow, want a multiple of 8"},
		{"IPv6, odd", fragment(b6[:54], 14, 1, 0, true, make([]byte, 13)), "Fragment data at byte 56 is 13 bytes with more to follow, want a multiple of 8"},
		{"IPv4, beyond", fragment(b4[:34], 14, 1, 65512, false, make([]byte, 4)), "IPv4 data at byte 20 is up to byte 65516 of the datagram, want up to 65515 at most"},
		{"IPv6, beyond", fragment(b6[:54], 14, 1, 65528, false, make([]byte, 8)), "Fragment data at byte 56 is up to byte 65536 of the datagram, want up to 65535 at most"},
	} {
		d := frame.NewDefragmenter(frame.DefragmentLimits{})
		_, err := d.Parse(1, c.in, start)
		if err == nil || err.Error() != "parse frame: "+c.want {
			t.Errorf("%s:\n got %v\nwant parse frame: %s", c.name, err, c.want)
		}
		if s := d.Stats(); s != (frame.DefragmentStats{Fragments: 1, Malformed: 1}) {
			t.Errorf("%s: %+v", c.name, s)
		}
		if faults := frame.Faults(1, c.in); len(faults) != 1 || faults[0].Error() != err.Error() {
			t.Errorf("%s: faults %v", c.name, faults)
		}
	}
	// What Parse refuses is no fragment.
	d := frame.NewDefragmenter(frame.DefragmentLimits{})
	bad := change(fragment(b4[:34], 14, 1, 8, true, make([]byte, 8)), 24, 0, 1)
	tcp := fixIPv4(change(fragment(b4[:34], 14, 1, 8, true, make([]byte, 8)), 23, 6))
	for b, want := range map[string]error{string(bad): frame.ErrChecksum, string(tcp): frame.ErrNotUDP, string(b4[:30]): frame.ErrTruncated} {
		if _, err := d.Parse(1, []byte(b), start); !errors.Is(err, want) || d.Stats() != (frame.DefragmentStats{}) {
			t.Errorf("%v, want %v: %+v", err, want, d.Stats())
		}
	}
}

// The largest datagrams there are, in pieces of an Ethernet.
func TestDefragmentLargest(t *testing.T) {
	for _, h := range []frame.Header{header6(), header4()} {
		most := frame.MaxPayload6
		if h.Source.Addr.Is4() {
			most = frame.MaxPayload4
		}
		payload := bytes.Repeat([]byte("largest "), most/8+1)[:most]
		var cuts []int
		for at := 1448; at < most+8; at += 1448 {
			cuts = append(cuts, at)
		}
		parts := split(mustBuild(t, h, string(payload)), 9, cuts...)
		slices.Reverse(parts)
		d := frame.NewDefragmenter(frame.DefragmentLimits{})
		if got := feed(t, d, 1, parts...); len(got) != 1 || !strings.HasSuffix(got[0], string(payload)) {
			t.Errorf("%v: %d payloads", h.Source.Addr, len(got))
		}
	}
}

// IPv6 extension headers on either side of the fragment header.
func TestDefragmentExtensions(t *testing.T) {
	plain := mustBuild(t, header6(), "extended and fragmented")
	whole := extend(plain, 0, dehex(t, "3c 00 0104 00000000  11 00 0104 00000000"))
	want, err := frame.Parse(whole)
	if err != nil {
		t.Fatal(err)
	}
	// The hop-by-hop options are in every fragment, the destination options are fragmented.
	head, data := whole[:62], whole[62:]
	part := func(at, to int) []byte {
		place := at
		if to < len(data) {
			place |= 1
		}
		b := change(head, 54, 44)
		b = append(b, 60, 0, byte(place>>8), byte(place), 0, 0, 0, 9)
		b = append(b, data[at:to]...)
		binary.BigEndian.PutUint16(b[18:], uint16(len(b)-54))
		return b
	}
	for _, order := range permutations(3) {
		parts := [][]byte{part(0, 8), part(8, 16), part(16, len(data))}
		d := frame.NewDefragmenter(frame.DefragmentLimits{})
		var f frame.Frame
		for _, i := range order {
			f, err = d.Parse(1, parts[i], start)
		}
		if err != nil || table(f.Fields()) != table(want.Fields()) {
			t.Errorf("order %v: %v\n got %s\nwant %s", order, err, table(f.Fields()), table(want.Fields()))
		}
	}
	// A fragment of a fragment is not taken apart twice.
	inner := extend(plain, 44, dehex(t, "11 00 0001 00000001"))
	d := frame.NewDefragmenter(frame.DefragmentLimits{})
	for _, b := range split(inner, 2, 16) {
		_, err = d.Parse(1, b, start)
	}
	if !errors.Is(err, frame.ErrFragment) || d.Stats().Completed != 1 || d.Stats().Waiting != 0 {
		t.Errorf("nested: %v, %+v", err, d.Stats())
	}
}

func TestDefragmentUnverified(t *testing.T) {
	whole := mustBuild(t, header4(), "an unfinished checksum")
	whole[40] ^= 1
	for _, unfinished := range []int{-1, 0, 1, 2} {
		d := frame.NewDefragmenter(frame.DefragmentLimits{})
		var err error
		for i, b := range split(whole, 1, 8, 16) {
			parse := d.Parse
			if i == unfinished {
				parse = d.ParseUnverified
			}
			_, err = parse(1, b, start)
		}
		if want := map[bool]error{true: frame.ErrChecksum}[unfinished < 0]; !errors.Is(err, want) {
			t.Errorf("fragment %d unfinished: %v, want %v", unfinished, err, want)
		}
	}
}

// One address in two VLANs is two hosts.
func TestDefragmentVLANs(t *testing.T) {
	d := frame.NewDefragmenter(frame.DefragmentLimits{})
	var all [][2][]byte
	for _, h := range []frame.Header{
		header4(), tagged(header4(), frame.VLAN{ID: 1}), tagged(header4(), frame.VLAN{ID: 2}), tagged(header4(), frame.VLAN{ID: 1}, frame.VLAN{ID: 2}),
	} {
		all = append(all, [2][]byte(split(mustBuild(t, h, fmt.Sprint("through VLANs ", len(h.VLANs))), 1, 16)))
	}
	for i := range 2 {
		for _, p := range all {
			if _, err := d.Parse(1, p[i], start); (err == nil) != (i == 1) {
				t.Error(i, err)
			}
		}
	}
	if s := d.Stats(); s.Completed != 4 || s.Duplicates+s.Overlapping > 0 {
		t.Errorf("%+v", s)
	}
}

// gopacket puts IPv4 together too. It is stricter about the size of fragments.
func TestDefragmentAgainstGopacket(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	theirs := ip4defrag.NewIPv4Defragmenter()
	ours := frame.NewDefragmenter(frame.DefragmentLimits{})
	for id := range uint32(300) {
		payload := make([]byte, 1+r.IntN(20000))
		for i := range payload {
			payload[i] = byte(r.Uint32())
		}
		var cuts []int
		for at := 0; at < len(payload)-2000; cuts = append(cuts, at) {
			at += 8 * (1 + r.IntN(200))
		}
		parts := split(mustBuild(t, header4(), string(payload)), id, cuts...)
		r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		for i, b := range parts {
			f, err := ours.Parse(1, b, start)
			if len(parts) == 1 {
				break
			}
			p := gopacket.NewPacket(b, layers.LayerTypeEthernet, gopacket.Default)
			ip, errTheirs := theirs.DefragIPv4(p.NetworkLayer().(*layers.IPv4))
			if errTheirs != nil || (ip != nil) != (err == nil) || (err == nil) != (i == len(parts)-1) {
				t.Fatalf("datagram %d, fragment %d of %d: %v, gopacket: %v, %v", id, i, len(parts), err, ip, errTheirs)
			}
			if err == nil && (!bytes.Equal(f.Payload, payload) || !bytes.Equal(ip.Payload[8:], payload)) {
				t.Fatalf("datagram %d: %d bytes, gopacket: %d bytes, sent: %d", id, len(f.Payload), len(ip.Payload)-8, len(payload))
			}
		}
	}
}
