package kmsg

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// FuzzReassemble reads its input as a sequence of datagrams, mostly such that
// concern the same few records, from a few hosts at any time, and checks after
// each that all bounds are kept and at the end that the account adds up.
func FuzzReassemble(f *testing.F) {
	f.Add([]byte{}, uint8(0))
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"), uint8(1))
	for i := range uint8(8) {
		var b []byte
		for k := range 60 {
			b = append(b, byte(k*int(i+3)), byte(k*k), byte(k>>1), byte(k*7), i)
		}
		f.Add(b, i*37)
	}
	f.Add(append([]byte{7, 0, 0, 44, 0}, "44,419,1,-;x\n NETKMSG_LOST=0-419\n NETKMSG_COUNT=3\n"...), uint8(5))
	f.Add(append([]byte{7, 0, 0, 44, 0}, "6,4611686018427387903,4611686018427387903,-;x\n"...), uint8(5))
	f.Fuzz(func(t *testing.T, in []byte, mode uint8) {
		var sum Account
		o := CollectOptions{
			Join: mode&1 != 0, Window: 1 + int(mode>>1&7), HostBytes: 4096 << (mode >> 4 & 3), TotalBytes: 16384, Hosts: 1 + int(mode>>6),
			Deliver: func(m *Message) {
				sum.Delivered += 1 + uint64(m.Joined)
				sum.Carried += uint64(m.Datagrams)
				checkMessage(t, m)
			},
			Notify: func(n *Notice) {
				sum.Notices++
				if s := n.String(); !strings.HasPrefix(s, "-- ") || strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f || c == 0xfffd }) {
					t.Errorf("notice %q", s)
				}
			},
		}
		c := NewCollector(o)
		now := time.Unix(1e9, 0)
		var payload []byte
		for len(in) >= 5 {
			op := in[:5]
			in = in[5:]
			now = now.Add(time.Duration(op[1]) * time.Duration(op[1]) * 10 * time.Microsecond)
			host := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, op[0] >> 4 & 3}), 6665)
			payload, in = fuzzPayload(payload[:0], op, in)
			sum.Datagrams++
			sum.Bytes += uint64(len(payload))
			if op[0]&0xc0 == 0xc0 {
				c.ReceiveTruncated(now, host, payload, len(payload)+int(op[4])-1)
			} else {
				c.Receive(now, host, payload)
			}
			for i := range payload {
				payload[i] = '#'
			}
			checkBounds(t, c)
			if d, ok := c.Deadline(); ok && d.Before(now) {
				t.Errorf("deadline %v at %v", d, now)
			}
		}
		c.Flush()
		got := c.Totals()
		a := got.Account
		if err := a.Check(); err != nil {
			t.Error(err)
		}
		if a.Datagrams != sum.Datagrams || a.Bytes != sum.Bytes || a.Delivered != sum.Delivered || a.Carried != sum.Carried || a.Notices != sum.Notices {
			t.Errorf("account %+v, seen %+v", a, sum)
		}
		if got.Waiting != 0 || len(c.timers) != 0 || c.quiet.first != nil {
			t.Errorf("after Flush %+v, %d timers", got, len(c.timers))
		}
	})
}

// fuzzPayload makes a datagram of op, or takes one from in.
func fuzzPayload(dst, op, in []byte) (payload, rest []byte) {
	seq, usec := uint64(op[2]&15), uint64(op[2]>>4)*1_000_000
	text := strings.Repeat("abcdefghij", 1+int(op[4]>>3))[:1+op[4]>>3]
	switch kind := op[0] & 15; {
	case kind < 4:
		return fmt.Appendf(dst, "%d,%d,%d,%c;%s\n", op[3]%64, seq, usec, "-c"[op[0]>>3&1], text), in
	case kind < 8 && kind != 7:
		off := int(op[3] & 31)
		return fmt.Appendf(dst, "6,%d,%d,-,ncfrag=%d/%d;%s", seq, usec, off, 8+16*(op[3]>>6), text), in
	case kind == 7:
		n := min(len(in), int(op[3]))
		return append(dst, in[:n]...), in[n:]
	case kind < 10:
		return fmt.Appendf(dst, "7.%d,6,%d,%d,-;%s\n msgid=%d\n", op[3]&1, seq, usec, text, op[3]>>1), in
	case kind < 12:
		return fmt.Appendf(dst, "44,%d,%d,-;x\n NETKMSG_LOST=%d-%d\n NETKMSG_COUNT=1\n", seq, usec, seq/2, seq), in
	case kind < 14:
		return fmt.Appendf(dst, "[%5d.%06d] %s", op[2], op[3], strings.Repeat("x", 986))[:1000], in
	}
	return fmt.Appendf(dst, "[%5d.%06d] %s\n", op[2], op[3], text), in
}

func checkMessage(t *testing.T, m *Message) {
	text := m.AppendText(nil)
	if m.Datagrams < 1 || m.Time.IsZero() || !m.Host.IsValid() || len(text) > len(m.Text) || m.Seq > numberMax {
		t.Errorf("%+v", m)
	}
	at := 0
	for i, h := range m.Holes {
		if h.From < at || h.To >= 0 && h.To <= h.From || h.To < 0 && i+1 < len(m.Holes) {
			t.Errorf("holes %v", m.Holes)
		}
		at = h.To
	}
	if m.Basic || m.Malformed != "" || m.Joined > 0 {
		return
	}
	r, err := Parse(m.Raw)
	if err != nil || r.Seq != m.Seq || !bytes.Equal(r.Text, m.Text) || !bytes.Equal(r.Dict, m.Dict) || !bytes.Equal(r.Fields, m.Fields) {
		t.Errorf("%q: %+v, %v", m.Raw, m, err)
	}
}

// checkBounds checks what holds between calls.
func checkBounds(t *testing.T, c *Collector) {
	t.Helper()
	waiting, timers := 0, 0
	for f := range c.flows() {
		bytes, n := 0, 0
		for _, l := range []*list{&f.held, &f.late, &f.suspects} {
			var last uint64
			for e := l.first; e != nil; e = e.next {
				if e.seq < last || e.next == nil && l.last != e || e.cost != e.memory() {
					t.Fatalf("list out of order at %d", e.seq)
				}
				last = e.seq
				bytes += e.cost
				n++
			}
		}
		if f.slices != nil {
			bytes += f.slices.cost
		}
		if f.stash != nil {
			bytes += f.stash.cost
		}
		if bytes != f.waiting || n != int(f.entries) || n > c.o.Window || f.place == 0 && bytes > 0 {
			t.Fatalf("%d entries, %d bytes in wait; the host has %d, %d, place %d", n, bytes, f.entries, f.waiting, f.place)
		}
		if f.place > 0 {
			timers++
			if c.timers.at(int(f.place)) != f {
				t.Fatal("wrong place in the timers")
			}
		}
		waiting += bytes
	}
	if waiting != c.waiting || waiting > c.o.TotalBytes || timers != len(c.timers) || len(c.hosts) > c.o.Hosts {
		t.Fatalf("%d bytes wait, the Collector has %d; %d timers, %d hosts", waiting, c.waiting, len(c.timers), len(c.hosts))
	}
}
