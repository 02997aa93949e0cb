package main

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"netkmsg/frame"
	"netkmsg/frame/wire"
)

// receiverAddr is the address of the peer's end of the cable.
var receiverAddr = netip.MustParseAddr("fe80::2")

const port = 6666

// A flood sends a traffic from a number of hosts.
type flood struct {
	traffic
	hosts []*frame.Template
	conn  *wire.Conn
	next  int
	batch [][]byte
}

func (c cable) newFlood(t traffic, hosts int) (*flood, error) {
	f := &flood{traffic: t}
	for i := range hosts {
		addr := netip.MustParseAddr("fe80::1:0:0").As16()
		binary.BigEndian.PutUint32(addr[12:], uint32(i))
		h, err := frame.Header{
			Source: frame.Endpoint{MAC: sourceMAC, Addr: netip.AddrFrom16(addr), Port: 6665},
			Target: frame.Endpoint{MAC: peerMAC, Addr: receiverAddr, Port: port},
		}.Template()
		if err != nil {
			return nil, err
		}
		f.hosts = append(f.hosts, h)
	}
	for range wire.BatchMax {
		f.batch = append(f.batch, make([]byte, 2048))
	}
	err := c.source.Do(func() (err error) {
		f.conn, err = wire.Open(device, wire.Options{})
		return err
	})
	return f, err
}

// send sends the next n datagrams.
func (f *flood) send(n int) error {
	for n > 0 {
		b := f.batch[:min(n, len(f.batch))]
		for i := range b {
			host, seq, part := f.datagram(f.next, len(f.hosts))
			h := f.hosts[host]
			b[i] = f.payload(b[i][:h.HeaderLen()], seq, part)
			if err := h.Seal(b[i]); err != nil {
				return err
			}
			f.next++
		}
		if sent, err := f.conn.SendBatch(b); err != nil {
			return fmt.Errorf("%d of a batch sent: %w", sent, err)
		}
		n -= len(b)
	}
	return nil
}
