// Package peer plays the other hosts of a link in tests: it answers what the device of an End receives with frames that
// no kernel would send, such as those of routers, proxies and duplicates. Their messages are a foreign library's.
package peer

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/mdlayher/ndp"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

// Answer sends, until the test ends, what reply returns for each frame of ARP or neighbour discovery that arrives.
func Answer(t testing.TB, e *frametest.End, reply func(frame.Ethernet) []frame.Ethernet) {
	t.Helper()
	var in *wire.Receiver
	var out *wire.Conn
	err := e.Do(func() (err error) {
		if in, err = wire.ListenNeighbours(e.Name()); err == nil {
			out, err = wire.Open(e.Name(), wire.Options{})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			err := in.Read(time.Time{}, func(_ time.Time, b []byte, _ bool) {
				x, ok := frame.ParseEthernet(b)
				if !ok {
					return
				}
				for _, r := range reply(x) {
					if b, err := r.Frame(); err == nil {
						out.Send(b)
					}
				}
			})
			if errors.Is(err, os.ErrClosed) {
				return
			}
		}
	}()
	t.Cleanup(func() {
		in.Close()
		<-done
		out.Close()
	})
}

// Message returns the IPv6 addresses and the message of a frame that asks.
func Message(e frame.Ethernet) (source netip.Addr, m ndp.Message) {
	const header = 40
	if e.Type != frame.TypeIPv6 || len(e.Payload) < header {
		return source, nil
	}
	m, err := ndp.ParseMessage(e.Payload[header:])
	if err != nil {
		return source, nil
	}
	return netip.AddrFrom16([16]byte(e.Payload[8:24])), m
}

// Asks reports whether the frame is a solicitation for addr from a host that has an address.
func Asks(e frame.Ethernet, addr netip.Addr) (from netip.Addr, ok bool) {
	from, m := Message(e)
	ns, ok := m.(*ndp.NeighborSolicitation)
	return from, ok && ns.TargetAddress == addr && !from.IsUnspecified()
}

// Advertise returns a neighbour advertisement of addr at mac, as answer to a host. A proxy's has no override flag.
func Advertise(asked frame.Ethernet, from, addr netip.Addr, mac frame.MAC, proxy bool) frame.Ethernet {
	return packet(asked.Source, mac, addr, from, &ndp.NeighborAdvertisement{
		Solicited: true, Override: !proxy, TargetAddress: addr,
		Options: []ndp.Option{&ndp.LinkLayerAddress{Direction: ndp.Target, Addr: net.HardwareAddr(mac[:])}},
	})
}

// Router returns the advertisement of a router with an on-link, autonomous prefix.
func Router(addr netip.Addr, mac frame.MAC, prefix netip.Prefix) frame.Ethernet {
	all := netip.MustParseAddr("ff02::1")
	return packet(frame.MAC{0x33, 0x33, 0, 0, 0, 1}, mac, addr, all, &ndp.RouterAdvertisement{
		CurrentHopLimit: 64, RouterLifetime: 30 * time.Minute,
		Options: []ndp.Option{
			&ndp.LinkLayerAddress{Direction: ndp.Source, Addr: net.HardwareAddr(mac[:])},
			&ndp.PrefixInformation{Prefix: prefix.Addr(), PrefixLength: uint8(prefix.Bits()), OnLink: true,
				AutonomousAddressConfiguration: true, ValidLifetime: time.Hour, PreferredLifetime: time.Hour},
		},
	})
}

func packet(to, mac frame.MAC, source, target netip.Addr, m ndp.Message) frame.Ethernet {
	message, err := ndp.MarshalMessageChecksum(m, source, target)
	if err != nil {
		panic(err) // a test's own message
	}
	b := []byte{0x60, 0, 0, 0, 0, byte(len(message)), 58, 255}
	b = append(append(b, source.AsSlice()...), target.AsSlice()...)
	return frame.Ethernet{Target: to, Source: mac, Type: frame.TypeIPv6, Payload: append(b, message...)}
}
