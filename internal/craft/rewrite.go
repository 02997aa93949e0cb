package craft

import (
	"net/netip"
	"slices"

	"netkmsg/frame"
	"netkmsg/internal/replay"
)

// rewritable are the fields that a replayed frame may get a new value of.
var rewritable = []string{"dst-mac", "src-mac", "vlan", "src-ip", "dst-ip", "sport", "dport"}

// Rewrite returns what the recipe's fields change in frames of a capture that is
// replayed: those that were set, and no defaults. An address goes into packets
// of its family. Other fields, sweeps and chance are refused.
func (r Recipe) Rewrite(h Host) (w replay.Rewrite, err error) {
	for _, f := range fields {
		if r.Given(f.Name) && !slices.Contains(rewritable, f.Name) {
			return w, faultf(f.Name, "--replay sends frames as they are: only MAC addresses, VLAN tags, IP addresses and ports can be rewritten")
		}
	}
	if w.TargetMAC, err = r.oneMAC("dst-mac", r.TargetMAC, h); err != nil {
		return w, err
	}
	if w.SourceMAC, err = r.oneMAC("src-mac", r.SourceMAC, h); err != nil {
		return w, err
	}
	if err := r.oneAddr("src-ip", r.SourceIP, h, &w.Source4, &w.Source6); err != nil {
		return w, err
	}
	if err := r.oneAddr("dst-ip", r.TargetIP, h, &w.Target4, &w.Target6); err != nil {
		return w, err
	}
	if w.SourcePort, err = r.onePort("sport", r.SourcePort); err != nil {
		return w, err
	}
	if w.TargetPort, err = r.onePort("dport", r.TargetPort); err != nil {
		return w, err
	}
	if r.Given("vlan") {
		tags := []frame.VLAN{}
		for _, v := range r.VLANs {
			if v.ID.kind != fixed {
				return w, manyError("vlan")
			}
			tags = append(tags, v.tag())
		}
		w.VLANs = &tags
	}
	return w, nil
}

func manyError(name string) error {
	return faultf(name, "--replay writes one value into every frame: give one")
}

func (r *Recipe) oneMAC(name string, m MACs, h Host) (*frame.MAC, error) {
	switch {
	case !r.Given(name):
		return nil, nil
	case m.kind != fixed:
		return nil, manyError(name)
	case m.word == "own" && h.Device == "":
		return nil, faultf(name, "own: give --dev, whose address it is")
	case m.word == "own":
		return &h.MAC, nil
	case m.word != "":
		return nil, faultf(name, "%s: --replay takes an address, own or broadcast", m.word)
	}
	return &m.mac, nil
}

func (r *Recipe) oneAddr(name string, a Addrs, h Host, v4, v6 *netip.Addr) error {
	switch {
	case !r.Given(name):
		return nil
	case a.kind != fixed:
		return manyError(name)
	case a.word != "" && h.Device == "":
		return faultf(name, "%s: give --dev, whose address it is", a.word)
	case a.word == "own" && a.nth == 0, a.word == "auto":
		return faultf(name, "%s: which one? own4, own6, own:N or linklocal", a.word)
	}
	if a.word != "" {
		remote := allNodes6.Next()
		if a.word == "own4" {
			remote = allNodes4
		} else if a.word == "own6" {
			remote = netip.IPv6Unspecified() // any but a link-local one
		}
		var err error
		if a, err = h.address(name, a, remote); err != nil {
			return err
		}
	}
	if a.addr.Is4() {
		*v4 = a.addr
	} else {
		*v6 = a.addr
	}
	return nil
}

func (r *Recipe) onePort(name string, p Range) (*uint16, error) {
	switch {
	case !r.Given(name):
		return nil, nil
	case p.kind != fixed:
		return nil, manyError(name)
	}
	v := uint16(p.first)
	return &v, nil
}
