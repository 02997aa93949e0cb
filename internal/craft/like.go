package craft

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"netkmsg/frame"
)

// Like returns a recipe for the frame b, with checksums and lengths that are
// right: without any more Set it makes b again, if b is without fault. Setting
// a field changes that alone.
//
// It takes what frame.ParseUnverified takes, except for routing headers with
// segments left, whose checksum is not over the addresses that are to be set.
func Like(b []byte) (Recipe, error) {
	r := Default()
	r.like = true
	f, err := frame.ParseUnverified(b)
	if err != nil {
		return r, fmt.Errorf("--like: %w", err)
	}
	r.SourceMAC, r.TargetMAC = MACs{mac: f.Source.MAC}, MACs{mac: f.Target.MAC}
	for i := range f.NumVLAN() {
		v := f.VLAN(i)
		r.VLANs = append(r.VLANs, VLAN{TPID: v.TPID, ID: Only(uint64(v.ID)), Priority: v.Priority, DropEligible: v.DropEligible})
	}
	r.SourceIP, r.TargetIP = Addrs{addr: f.Source.Addr}, Addrs{addr: f.Target.Addr}
	r.TrafficClass = Only(uint64(f.TrafficClass))
	r.FlowLabel = Only(uint64(f.FlowLabel))
	r.HopLimit = Only(uint64(f.HopLimit))
	r.ID, r.DontFragment = Only(uint64(f.ID)), f.DontFragment
	r.SourcePort, r.TargetPort = Only(uint64(f.Source.Port)), Only(uint64(f.Target.Port))
	r.Payload = Payload{Data: bytes.Clone(f.Payload)}
	r.Padding = bytes.Clone(f.Padding)
	if f.IsIPv4() {
		r.Options = bytes.Clone(f.Extensions)
		if f.UDPChecksum == 0 {
			r.Checksum.Fixed = true
		}
		return r, nil
	}
	for next, rest := f.NextHeader, f.Extensions; len(rest) > 0; {
		n := extensionLen(next, rest)
		if next == 43 && rest[3] != 0 {
			return r, errors.New("--like: the frame has a routing header with segments left: take one that has arrived")
		}
		r.Extensions = append(r.Extensions, frame.Extension{Type: next, Body: slices.Clone(rest[:n])})
		next, rest = rest[0], rest[n:]
	}
	return r, nil
}
