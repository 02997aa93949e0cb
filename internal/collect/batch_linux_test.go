package collect

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"
)

// TestBatch sends more than one batch to a socket on the loopback device.
func TestBatch(t *testing.T) {
	for _, addr := range []string{"127.0.0.1", "::1"} {
		s, err := OpenSocket(netip.AddrPortFrom(netip.MustParseAddr(addr), 0), SocketOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		from, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(s.addr()))
		if err != nil {
			t.Fatal(err)
		}
		defer from.Close()
		want := make([]byte, 0, 1000)
		for n := range batchSize + 3 {
			if _, err := fmt.Fprintf(from, "%0*d", n, n); err != nil {
				t.Fatal(err)
			}
		}
		n, start := 0, time.Now().Add(-time.Minute)
		take := func(d Datagram) {
			want = fmt.Appendf(want[:0], "%0*d", n, n)
			if string(d.Payload) != string(want) || d.Truncated || d.Lost != 0 || d.To != s.addr() ||
				d.From != from.LocalAddr().(*net.UDPAddr).AddrPort() || d.At.Before(start) {
				t.Errorf("datagram %d: %+v", n, d)
			}
			n++
		}
		// The deadline has passed: what is there counts nevertheless.
		for _, sum := range []int{batchSize, batchSize + 3} {
			if err := s.read(start, take); err != nil || n != sum {
				t.Fatalf("%d datagrams, %v; want %d", n, err, sum)
			}
		}
		if err := s.read(start, take); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("an empty socket: %v", err)
		}
		if _, err := from.Write(fmt.Appendf(nil, "%0*d", n, n)); err != nil {
			t.Fatal(err)
		}
		if err := s.read(time.Now().Add(time.Minute), take); err != nil || n != batchSize+4 {
			t.Errorf("one more: %d, %v", n, err)
		}
		s.Close()
		if err := s.read(time.Now().Add(time.Minute), take); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a closed socket: %v", err)
		}
	}
}
