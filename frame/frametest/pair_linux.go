package frametest

import (
	"fmt"
	"net/netip"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netdev/build"
	"netkmsg/internal/netdev/netns"
)

// A Device describes one end of a pair to make. The zero value stands for eth0 with the MAC address of its end (see
// MACA), without any address, up.
type Device struct {
	Name string
	MAC  frame.MAC
	// Addrs are addresses with prefix length ("fe80::a/64"), given in this order and usable at once. Of two IPv6
	// addresses of one scope the kernel lists the later one first. The device never makes itself an address.
	Addrs []string
	// MTU is in bytes; 0 means 1500.
	MTU int
	// Down leaves the device administratively down.
	Down bool
}

// The MAC addresses that the ends have unless told otherwise.
var (
	MACA = frame.MAC{0x02, 0, 0, 0, 0, 0x0a}
	MACB = frame.MAC{0x02, 0, 0, 0, 0, 0x0b}
)

// An Option shapes a pair.
type Option func(*Pair)

// A describes the end of that name.
func A(d Device) Option { return func(p *Pair) { p.A.want = d } }

// B describes the end of that name.
func B(d Device) Option { return func(p *Pair) { p.B.want = d } }

// A Pair is two devices in a network namespace each, joined by a cable.
type Pair struct {
	A, B *End
	tb   testing.TB
}

// NewPair makes two network namespaces and joins them by a veth pair. Unless the options say otherwise both devices are
// up. All of it goes when the test ends. Where namespaces cannot be made, NewPair skips the test (see Require).
func NewPair(tb testing.TB, options ...Option) *Pair {
	tb.Helper()
	if errUnusable == errNoMain {
		tb.Fatal(errUnusable)
	}
	Require(tb, errUnusable == nil, fmt.Sprint(errUnusable))
	p := &Pair{A: newEnd(tb), B: newEnd(tb), tb: tb}
	p.A.peer, p.B.peer = p.B, p.A
	for _, o := range options {
		o(p)
	}
	p.A.want.fill(MACA)
	p.B.want.fill(MACB)
	p.Connect()
	return p
}

func (d *Device) fill(mac frame.MAC) {
	if d.Name == "" {
		d.Name = "eth0"
	}
	if d.MAC == (frame.MAC{}) {
		d.MAC = mac
	}
}

func newEnd(tb testing.TB) *End {
	tb.Helper()
	ns, err := netns.New()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { ns.Close() })
	return &End{tb: tb, ns: ns}
}

// Connect makes the pair again, after End.Delete has removed it: devices of the last names, MAC addresses and MTU, with
// the addresses that NewPair gave them, up unless they began down. Captures and sockets on the old ones stay dead.
func (p *Pair) Connect() {
	p.tb.Helper()
	err := p.A.ns.Do(func() error { return build.AddVeth(p.A.veth(), p.B.veth()) })
	if err != nil {
		p.tb.Fatal(err)
	}
	for _, e := range []*End{p.A, p.B} {
		e.prepare()
	}
	for _, e := range []*End{p.A, p.B} {
		if !e.want.Down {
			e.SetUp()
		}
	}
}

func (e *End) veth() build.VethEnd {
	return build.VethEnd{Name: e.want.Name, MAC: e.want.MAC, NetNS: e.ns.FD()}
}

// prepare gives a fresh device what it should have while it is down.
func (e *End) prepare() {
	e.tb.Helper()
	e.do(func() error {
		l, err := netdev.Lookup(e.want.Name)
		e.index = l.Index
		return err
	})
	e.do(func() error { return build.NoAutoAddress(e.index) })
	if e.want.MTU != 0 {
		e.SetMTU(e.want.MTU)
	}
	if e.want.Down {
		e.addAddrs()
	}
}

func (e *End) addAddrs() {
	e.tb.Helper()
	for _, s := range e.want.Addrs {
		e.AddAddr(s)
	}
}

// prefix reads an address with its prefix length.
func (e *End) prefix(s string) netip.Prefix {
	e.tb.Helper()
	p, err := netip.ParsePrefix(s)
	if err != nil {
		e.tb.Fatal(err)
	}
	return p
}
