package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

// arrival is what Read tells of a frame.
type arrival struct {
	at         time.Time
	data       []byte
	unverified bool
}

// receiver opens an end's device.
func receiver(t testing.TB, e *frametest.End, ports ...uint16) *wire.Receiver {
	t.Helper()
	var r *wire.Receiver
	err := e.Do(func() (err error) { r, err = wire.Listen(e.Name(), ports); return err })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// until reads until stop is true of a frame, which is the last returned.
func until(t testing.TB, r *wire.Receiver, stop func(arrival) bool) (all []arrival) {
	t.Helper()
	over := time.Now().Add(limit)
	for done := false; !done; {
		err := r.Read(over, func(at time.Time, b []byte, unverified bool) {
			all = append(all, arrival{at, bytes.Clone(b), unverified})
			done = done || stop(all[len(all)-1])
		})
		if err != nil {
			t.Fatalf("after %d frames: %v", len(all), err)
		}
	}
	return all
}

// to returns a frame from A with headers other than sample's.
func to(t testing.TB, change func(*frame.Header), payload string) []byte {
	t.Helper()
	h := frame.Header{
		Source: frame.Endpoint{MAC: frametest.MACA, Addr: netip.MustParseAddr("fe80::a"), Port: 6665},
		Target: frame.Endpoint{MAC: frametest.MACB, Addr: netip.MustParseAddr("fe80::b"), Port: 6666},
	}
	change(&h)
	tmpl, err := h.Template()
	if err != nil {
		t.Fatal(err)
	}
	b, err := tmpl.Append(nil, []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestListen sends what is to pass and what is not, in turns.
func TestListen(t *testing.T) {
	p := frametest.NewPair(t)
	r, c, back := receiver(t, p.B, 6666, 514), open(t, p.A, wire.Options{}), open(t, p.B, wire.Options{Qdisc: true})
	four := func(h *frame.Header) {
		h.Source.Addr, h.Target.Addr = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	}
	tags := func(v ...frame.VLAN) func(*frame.Header) { return func(h *frame.Header) { h.VLANs = v } }
	outer, inner := frame.VLAN{TPID: frame.TPIDService, Priority: 5, DropEligible: true, ID: 100}, frame.VLAN{TPID: frame.TPIDCustomer, ID: 7}
	port := func(n uint16) func(*frame.Header) { return func(h *frame.Header) { h.Target.Port = n } }
	mac := func(m frame.MAC) func(*frame.Header) { return func(h *frame.Header) { h.Target.MAC = m } }
	tests := []struct {
		name string
		h    func(*frame.Header)
		pass bool
	}{
		{"IPv6", port(6666), true},
		{"IPv4", four, true},
		{"IPv4 to another port", func(h *frame.Header) { four(h); h.Target.Port = 53 }, false},
		{"port 514", port(514), true},
		{"another port", port(515), false},
		{"broadcast", mac(frame.Broadcast), true},
		{"another MAC address", mac(frame.MAC{2, 1, 1, 1, 1, 1}), true},
		{"multicast", mac(frame.MAC{0x33, 0x33, 0, 0, 0, 1}), true},
		{"a tag", tags(inner), true},
		{"a provider's tag", tags(outer), true},
		{"tagged, to another port", func(h *frame.Header) { tags(inner)(h); h.Target.Port = 1 }, false},
		{"two tags", tags(outer, inner), true},
		{"three tags", tags(outer, inner, inner), true},
		{"four tags", tags(outer, inner, inner, inner), true}, // the kernel takes the outermost off
		{"five tags", tags(outer, inner, inner, inner, inner), false},
		{"the end", port(6666), true},
	}
	var want [][]byte
	before := time.Now().Add(-time.Second)
	for _, tt := range tests {
		b := to(t, tt.h, tt.name)
		if err := c.Send(b); err != nil {
			t.Fatal(err)
		}
		if err := back.Send(b); err != nil { // what the host itself sends
			t.Fatal(err)
		}
		if tt.pass {
			want = append(want, b)
		}
	}
	got := until(t, r, func(a arrival) bool { return bytes.HasSuffix(a.data, []byte("the end")) })
	for i, a := range got {
		if i >= len(want) || !bytes.Equal(a.data, want[i]) || a.unverified {
			t.Fatalf("frame %d, unverified %t: %s", i, a.unverified, frametest.Diff(want[min(i, len(want)-1)], a.data))
		}
		if a.at.Before(before) || a.at.After(time.Now().Add(time.Second)) {
			t.Errorf("frame %d came at %v", i, a.at)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d frames, want %d", len(got), len(want))
	}
}

// TestListenKernel has a kernel's sockets send: small datagrams, whose checksums veth leaves unfinished, and large ones
// in fragments. The receiver has no address.
func TestListenKernel(t *testing.T) {
	for _, c := range []struct{ network, source, target, addr string }{
		{"udp6", "fe80::a", "ff02::1", "fe80::a/64"},
		{"udp4", "192.0.2.1", "192.0.2.255", "192.0.2.1/24"},
	} {
		t.Run(c.network, func(t *testing.T) {
			p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{c.addr}}))
			r := receiver(t, p.B, 6666)
			var u *net.UDPConn
			err := p.A.Do(func() (err error) {
				local, remote := netip.MustParseAddr(c.source), netip.MustParseAddr(c.target)
				if local.Is6() {
					local, remote = local.WithZone(fmt.Sprint(p.A.Index())), remote.WithZone(fmt.Sprint(p.A.Index()))
				}
				u, err = net.DialUDP(c.network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, 6665)), net.UDPAddrFromAddrPort(netip.AddrPortFrom(remote, 6666)))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			defer u.Close()
			sizes := []int{1, 300, 1400, 1500, 9000, 60000, 2}
			var payloads [][]byte
			for n, size := range sizes {
				b := bytes.Repeat([]byte{byte('a' + n)}, size)
				if _, err := u.Write(b); err != nil {
					t.Fatalf("%d bytes: %v", size, err)
				}
				payloads = append(payloads, b)
			}
			d := frame.NewDefragmenter(frame.DefragmentLimits{})
			var got [][]byte
			unfinished := 0
			until(t, r, func(a arrival) bool {
				parse := d.Parse
				if a.unverified {
					unfinished++
					parse = d.ParseUnverified
					if _, err := frame.Parse(a.data); !errors.Is(err, frame.ErrChecksum) {
						t.Errorf("a checksum that is finished: %v", err)
					}
				}
				f, err := parse(frame.LinkEthernet, a.data, a.at)
				switch {
				case err == nil:
					got = append(got, f.Payload)
					if f.Source.Port != 6665 || f.Source.Addr != netip.MustParseAddr(c.source) || f.Source.MAC != frametest.MACA {
						t.Errorf("from %+v", f.Source)
					}
				case !errors.Is(err, frame.ErrFragment):
					t.Errorf("%v: %x", err, a.data)
				}
				return len(got) == len(payloads)
			})
			for i := range payloads {
				if !bytes.Equal(got[i], payloads[i]) {
					t.Errorf("datagram %d: %d bytes, sent: %d", i, len(got[i]), len(payloads[i]))
				}
			}
			if unfinished != 4 {
				t.Errorf("%d unfinished checksums, want those of the 4 small ones", unfinished)
			}
			if s := d.Stats(); s.Completed != 3 || s.Begun != 3 || s.Duplicates+s.Malformed > 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestListenStates(t *testing.T) {
	p := frametest.NewPair(t)
	r, c := receiver(t, p.B, 6666), open(t, p.A, wire.Options{})
	nothing := func(time.Time, []byte, bool) { t.Error("a frame") }
	read := func() error { return r.Read(time.Now().Add(limit), nothing) }
	if err := r.Read(time.Now().Add(-1), nothing); !errors.Is(err, os.ErrDeadlineExceeded) || err.Error() != "receive from eth0: i/o timeout" {
		t.Errorf("deadline: %v", err)
	}
	again := func(n int) {
		t.Helper()
		if err := c.Send(sample(n)); err != nil {
			t.Fatal(err)
		}
		if got := until(t, r, func(arrival) bool { return true }); !bytes.Equal(got[0].data, sample(n)) {
			t.Errorf("frame %d: %x", n, got[0].data)
		}
	}
	again(1)
	p.B.SetDown()
	if err := read(); !wire.Down(err) || err.Error() != "receive from eth0: network is down (bring it up: ip link set dev eth0 up)" {
		t.Errorf("down: %v", err)
	}
	if err := r.Read(time.Now().Add(-1), nothing); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("down, told before: %v", err)
	}
	p.B.SetUp()
	again(2)

	down := frametest.NewPair(t, frametest.B(frametest.Device{Down: true}))
	late := receiver(t, down.B, 6666)
	if err := late.Read(time.Now().Add(limit), nothing); !wire.Down(err) {
		t.Errorf("down from the start: %v", err)
	}

	// A removed device is down first.
	p.B.Delete()
	err := read()
	for wire.Down(err) {
		err = r.Read(time.Now().Add(10*time.Millisecond), nothing)
	}
	if !wire.Gone(err) || err.Error() != "receive from eth0: no such device (the device is gone: open it again)" {
		t.Errorf("gone: %v", err)
	}
	if err := r.Read(time.Now().Add(-1), nothing); !wire.Gone(err) {
		t.Errorf("still gone: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	_, errBuffer := r.Buffer()
	_, errDrops := r.Drops()
	for _, err := range []error{read(), errBuffer, errDrops} {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
}

// TestListenPromiscuous asks ip, as veth takes frames to any address anyway.
func TestListenPromiscuous(t *testing.T) {
	ip := frametest.RequireTool(t, "ip")
	p := frametest.NewPair(t)
	promiscuous := func() bool {
		out, err := p.B.Command(ip, "-d", "link", "show", "dev", "eth0").Output()
		if err != nil || !bytes.Contains(out, []byte("promiscuity ")) {
			t.Fatalf("%v: %s", err, out)
		}
		return !bytes.Contains(out, []byte("promiscuity 0"))
	}
	r := receiver(t, p.B, 6666)
	if !promiscuous() {
		t.Error("not promiscuous")
	}
	r.Close()
	if promiscuous() {
		t.Error("still promiscuous")
	}
}

func TestListenCloseWakes(t *testing.T) {
	p := frametest.NewPair(t)
	r := receiver(t, p.B, 6666)
	done := make(chan error)
	for range 2 {
		go func() { done <- r.Read(time.Time{}, func(time.Time, []byte, bool) {}) }()
		r.Close()
		if err := <-done; !errors.Is(err, os.ErrClosed) {
			t.Errorf("%v", err)
		}
	}
}

// TestListenDrops floods the receiver with more than it has room for: what is lost is counted.
func TestListenDrops(t *testing.T) {
	p := frametest.NewPair(t)
	r, c := receiver(t, p.B, 6666), open(t, p.A, wire.Options{})
	if n, err := r.Buffer(); err != nil || n < 200<<10 { // net.core.rmem_max, as the harness may lack the host's CAP_NET_ADMIN
		t.Errorf("a buffer of %d bytes, %v", n, err)
	}
	wire.Shrink(r)
	if n, err := r.Buffer(); err != nil || n > 100<<10 {
		t.Fatalf("a buffer of %d bytes, %v", n, err)
	}
	const sent = 5000
	if n, err := c.SendBatch(samples(sent)); err != nil {
		t.Fatalf("%d sent: %v", n, err)
	}
	got := len(until(t, r, func(arrival) bool { return true }))
	var drops uint64
	var err error
	for over := time.Now().Add(limit); err == nil && got+int(drops) < sent && time.Now().Before(over); {
		r.Read(time.Now().Add(time.Millisecond), func(time.Time, []byte, bool) { got++ })
		drops, err = r.Drops()
	}
	if err != nil || drops == 0 || got+int(drops) != sent {
		t.Errorf("%d received and %d dropped of %d, %v", got, drops, sent, err)
	}
	if more, err := r.Drops(); more != drops || err != nil {
		t.Errorf("counted again: %d, %v", more, err)
	}
}

func TestListenCost(t *testing.T) {
	p := frametest.NewPair(t)
	r, c := receiver(t, p.B, 6666), open(t, p.A, wire.Options{})
	fs := samples(8)
	n := 0
	each := func(_ time.Time, b []byte, _ bool) { n += len(b) }
	deadline := time.Now().Add(limit)
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := c.SendBatch(fs); err != nil {
			t.Fatal(err)
		}
		for n = 0; n < len(fs)*150; {
			if err := r.Read(deadline, each); err != nil {
				t.Fatal(err)
			}
		}
	})
	if allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// TestListenLongest has frames as long as they get arrive whole, and one after the other in one batch.
func TestListenLongest(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{MTU: 65535}), frametest.B(frametest.Device{MTU: 65535}))
	r, c := receiver(t, p.B, 6666), open(t, p.A, wire.Options{})
	want := [][]byte{sized(1, 65535+14), sized(2, 62), sized(3, 65535+14), sized(4, 40000)}
	if _, err := c.SendBatch(want); err != nil {
		t.Fatal(err)
	}
	n := 0
	got := until(t, r, func(arrival) bool { n++; return n == len(want) })
	if !slices.EqualFunc(got, want, func(a arrival, b []byte) bool { return bytes.Equal(a.data, b) }) {
		t.Error("frames differ")
	}
}
