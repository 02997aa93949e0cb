package wire_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

// TestKernelAccepts has the kernel's own UDP receive every payload length.
func TestKernelAccepts(t *testing.T) {
	// The source has no address at all; 1472 bytes over IPv6 need more than the usual MTU.
	p := frametest.NewPair(t, frametest.A(frametest.Device{MTU: 1600}), frametest.B(frametest.Device{
		MTU: 1600, Addrs: []string{"fe80::b/64", "2001:db8::b/64", "169.254.7.11/16", "192.0.2.11/24"},
	}))
	flows := []struct{ name, source, target string }{
		{"IPv6 link-local", "fe80::a", "fe80::b"},
		{"IPv6 global", "2001:db8::a", "2001:db8::b"},
		{"IPv4 link-local", "169.254.7.10", "169.254.7.11"},
		{"IPv4 global", "192.0.2.10", "192.0.2.11"},
	}
	c := open(t, p.A, wire.Options{})
	for _, flow := range flows {
		for _, mac := range []frame.MAC{frametest.MACB, frame.Broadcast} {
			kind := "unicast"
			if mac == frame.Broadcast {
				kind = "broadcast"
			}
			t.Run(flow.name+" "+kind, func(t *testing.T) {
				h := frame.Header{
					Source: frame.Endpoint{MAC: frametest.MACA, Addr: netip.MustParseAddr(flow.source), Port: 6665},
					Target: frame.Endpoint{MAC: mac, Addr: netip.MustParseAddr(flow.target), Port: 6666},
				}
				everyLength(t, h, c, listen(t, p.B, h.Target.Addr))
			})
		}
	}
	t.Run("IPv6 multicast", func(t *testing.T) {
		h := frame.Header{
			Source: frame.Endpoint{MAC: frametest.MACA, Addr: netip.MustParseAddr("fe80::a"), Port: 6665},
			Target: frame.Endpoint{MAC: frame.Broadcast, Addr: netip.MustParseAddr("ff02::1"), Port: 6666},
		}
		everyLength(t, h, c, listen(t, p.B, netip.IPv6Unspecified()))
	})
}

// listen opens the kernel's UDP socket on port 6666.
func listen(t *testing.T, e *frametest.End, addr netip.Addr) *net.UDPConn {
	t.Helper()
	network := "udp4"
	if addr.Is6() {
		network = "udp6"
	}
	if addr.Is6() && addr.IsLinkLocalUnicast() {
		addr = addr.WithZone(fmt.Sprint(e.Index()))
	}
	var u *net.UDPConn
	err := e.Do(func() (err error) {
		u, err = net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, 6666)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { u.Close() })
	return u
}

func everyLength(t *testing.T, h frame.Header, c *wire.Conn, u *net.UDPConn) {
	t.Helper()
	tmpl, err := h.Template()
	if err != nil {
		t.Fatal(err)
	}
	source := netip.AddrPortFrom(h.Source.Addr, h.Source.Port)
	buf, got := make([]byte, tmpl.HeaderLen()+1472), make([]byte, 2048)
	for n := 0; n <= 1472; n++ {
		f := buf[:tmpl.HeaderLen()+n]
		payload := f[tmpl.HeaderLen():]
		for i := range payload {
			payload[i] = byte(n*7 + i*i)
		}
		if err := tmpl.Seal(f); err != nil {
			t.Fatal(err)
		}
		if err := c.Send(f); err != nil {
			t.Fatal(err)
		}
		u.SetReadDeadline(time.Now().Add(limit))
		m, from, err := u.ReadFromUDPAddrPort(got)
		if err != nil {
			t.Fatalf("payload of %d bytes: %v", n, err)
		}
		if !bytes.Equal(got[:m], payload) {
			t.Fatalf("payload of %d bytes: %s", n, frametest.Diff(payload, got[:m]))
		}
		if from = netip.AddrPortFrom(from.Addr().WithZone(""), from.Port()); from != source {
			t.Fatalf("from %v, want %v", from, source)
		}
	}
}

// TestSocat has the receiver of the kernel's documentation print the text.
func TestSocat(t *testing.T) {
	socat := frametest.RequireTool(t, "socat")
	p := frametest.NewPair(t, frametest.B(frametest.Device{Addrs: []string{"fe80::b/64"}}))
	c := open(t, p.A, wire.Options{})
	recv := p.B.Command(socat, "-u", "UDP6-RECV:6666", "-")
	out, err := recv.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := recv.Start(); err != nil {
		t.Fatal(err)
	}
	line := make(chan string, 1)
	go func() {
		defer close(line)
		if s := bufio.NewScanner(out); s.Scan() {
			line <- s.Text()
		}
	}()
	h := frame.Header{
		Source: frame.Endpoint{MAC: frametest.MACA, Addr: frametest.MACA.LinkLocal(), Port: 6665},
		Target: frame.Endpoint{MAC: frame.Broadcast, Addr: netip.MustParseAddr("fe80::b"), Port: 6666},
	}
	tmpl, err := h.Template()
	if err != nil {
		t.Fatal(err)
	}
	const text = "[    8.417578] eth0: link becomes ready"
	f, err := tmpl.Append(nil, []byte(text+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	// Nothing tells when socat listens, so the line is sent until it has arrived.
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	over := time.After(limit)
	for {
		select {
		case got := <-line:
			if got != text {
				t.Errorf("socat printed %q", got)
			}
			return
		case <-again.C:
			if err := c.Send(f); err != nil {
				t.Fatal(err)
			}
		case <-over:
			t.Fatal("socat printed nothing")
		}
	}
}
