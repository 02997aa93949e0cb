//go:build !race

package collect

import (
	"net"
	"net/netip"
	"testing"
	"time"
)

// TestReadAllocs tells that a batch needs no memory. The race detector has allocations of its own.
func TestReadAllocs(t *testing.T) {
	s, err := OpenSocket(netip.MustParseAddrPort("[::1]:0"), SocketOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	from, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(s.addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	got, one := 0, []byte("x")
	count := func(d Datagram) { got += len(d.Payload) }
	allocs := testing.AllocsPerRun(100, func() {
		from.Write(one)
		if err := s.read(time.Now().Add(time.Minute), count); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 || got != 101 {
		t.Errorf("%v allocations to read %d datagrams", allocs, got)
	}
}
