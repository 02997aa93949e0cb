package pathtest

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"sync"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/wire"
	"netkmsg/internal/nexthop"
)

// voice answers who asks for the source address: without it the other side
// could not send to a host that does not have the address.
type voice struct {
	in   *wire.Receiver
	out  *wire.Conn
	done sync.WaitGroup
}

func openVoice(dev string, addr netip.Addr, mac frame.MAC) (*voice, error) {
	in, err := wire.ListenNeighbours(dev)
	if err != nil {
		return nil, fmt.Errorf("test: %w", err)
	}
	out, err := wire.Open(dev, wire.Options{})
	if err != nil {
		in.Close()
		return nil, fmt.Errorf("test: %w", err)
	}
	v := &voice{in: in, out: out}
	v.done.Go(func() { v.run(addr, mac) })
	return v, nil
}

func (v *voice) run(addr netip.Addr, mac frame.MAC) {
	for {
		err := v.in.Read(time.Time{}, func(_ time.Time, b []byte, unverified bool) {
			if reply, ok := nexthop.Reply(b, unverified, addr, mac); ok {
				_ = v.out.Send(reply) // who hears nothing asks again
			}
		})
		if errors.Is(err, os.ErrClosed) || wire.Gone(err) {
			return
		}
	}
}

func (v *voice) close() {
	v.in.Close()
	v.done.Wait()
	v.out.Close()
}
