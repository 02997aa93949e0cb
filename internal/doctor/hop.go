package doctor

import (
	"fmt"
	"maps"
	"slices"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev"
	"netkmsg/internal/nexthop"
)

// hop compares the target MAC address with what the wire says.
func (f *findings) hop() {
	if !f.Asked {
		return
	}
	tagged := f.tags()
	for _, d := range f.Hop.Doubts {
		f.doubt(d)
	}
	switch {
	case !f.known() && (tagged || !f.Link.Carrier): // that is why
	case !f.known():
		f.silent()
	case f.Target.AutoMAC:
	case f.Target.RemoteMAC == frame.Broadcast:
		f.broadcast()
	case f.Target.RemoteMAC != f.Hop.MAC:
		f.wrongMAC()
	}
}

// right is CONFIG with all that is known to mend it.
func (f *findings) right() string { return f.with(func(*netconsole.Target) {}) }

// silent is said when nobody answers.
func (f *findings) silent() {
	fact := "nobody answers for " + f.Target.RemoteAddr.String()
	what := "neighbour solicitations"
	if f.Target.RemoteAddr.Is4() {
		what = "ARP requests"
	}
	then := "It is down, on another link or VLAN, or its firewall drops " + what + "."
	if f.Target.RemoteMAC != frame.Broadcast {
		then += " The frames go to " + f.Target.RemoteMAC.String() + ", whoever that is."
	}
	remedy := []string{"# look at the receiver: is it up, has it this address, cable and VLAN?"}
	if _, on := f.Hop.Kernel.OnLink(f.Target.RemoteAddr, f.Hop.Heard.Routers); !on {
		then = "It is no neighbour, as far as can be seen, and no gateway to it is known."
		remedy = []string{"# if it is behind a router, find that one's MAC address, for the end of CONFIG:",
			"netkmsg resolve " + f.Link.Name + " ROUTER"}
	}
	f.add(Error, "silent", fact, then, remedy...)
}

// broadcast is said of the broadcast address where a better one is known.
func (f *findings) broadcast() {
	if f.Hop.Via.IsValid() {
		f.add(Error, "broadcast-routed", fmt.Sprintf("%s is behind the router %s, and the frames are broadcast", f.Target.RemoteAddr, f.Hop.Via),
			"A router does not forward what came as a broadcast (RFC 1812, 5.3.4).", f.right())
		return
	}
	f.add(Warning, "broadcast", "the frames are broadcast; "+f.Target.RemoteAddr.String()+" has "+f.Hop.MAC.String(),
		"Every host on the link receives your log, and switches may limit or suppress broadcasts.", f.right())
}

// wrongMAC says whose the address in CONFIG is, if that is known.
func (f *findings) wrongMAC() {
	mac := f.Target.RemoteMAC
	own := f.Target.RemoteAddr.String()
	fact := fmt.Sprintf("%s %s from %s; CONFIG has %s", own, f.Hop.How, f.Hop.MAC, mac)
	if f.Hop.Via.IsValid() {
		fact = fmt.Sprintf("%s is behind the gateway %s, which has %s; CONFIG has %s", own, f.Hop.Via, f.Hop.MAC, mac)
	}
	then := "The frames go to another host" + f.holder(mac) + ", or to nobody."
	switch {
	case mac == f.Link.MAC:
		then = "That is this host's own address: no other host takes the frames."
	case f.isRouter(mac):
		then = "That is a router's: it would have to send them back to the same link."
	case f.Hop.Via.IsValid():
		then = "Only the gateway passes frames on; a receiver's own MAC address counts on its own link only."
	case !mac.IsUnicast():
		then = "That is a group: only those who joined it receive the frames."
	}
	f.add(Error, "wrong-mac", fact, then, f.right())
}

// holder tells whose MAC address it is, if the kernel knows.
func (f *findings) holder(mac frame.MAC) string {
	for _, n := range f.Hop.Kernel.Neighbours {
		if n.MAC == mac {
			return " (" + n.Addr.String() + ", says the kernel's neighbour table)"
		}
	}
	return ""
}

func (f *findings) isRouter(mac frame.MAC) bool {
	return slices.ContainsFunc(f.Hop.Heard.Routers, func(r nexthop.Router) bool { return r.MAC == mac })
}

// doubt turns what speaks against the resolution into findings.
func (f *findings) doubt(d nexthop.Doubt) {
	switch d.Kind {
	case nexthop.DuplicateSource:
		f.add(Warning, "duplicate-source", d.Text, "The receiver takes two hosts for one, and answers may go to the other.", "# give one of them another address")
	case nexthop.DuplicateTarget:
		f.add(Warning, "duplicate-target", d.Text, "Only one of them is the receiver; which one gets the frames is chance.", "# give one of them another address, or write the right MAC address")
	case nexthop.Proxy:
		f.add(Note, "proxy", d.Text, "The frames go to whoever answers, and depend on its passing them on.")
	case nexthop.Remembered:
		f.add(Warning, "remembered", d.Text, "The receiver may be down, or have changed its device.", "# look at the receiver")
	}
}

// tags tells of VLANs, the usual reason for silence on a port that carries several. It reports whether the target is in
// one.
func (f *findings) tags() (tagged bool) {
	for _, id := range slices.Sorted(maps.Keys(f.Hop.Heard.Tags)) {
		vlan := fmt.Sprintf("%s.%d", f.Link.Name, id)
		s, fact := Note, fmt.Sprintf("frames tagged VLAN %d arrive at %s", id, f.Link.Name)
		if f.answeredIn(id) {
			tagged = true
			s, fact = Error, fmt.Sprintf("%s answers in VLAN %d, and CONFIG sends without a tag", f.Target.RemoteAddr, id)
		} else if !f.known() {
			s = Warning
		}
		f.add(s, "vlan", fact, "What is sent by "+f.Link.Name+" has no tag: the switch takes it for another VLAN's, or drops it.",
			fmt.Sprintf("ip link add link %s name %s up type vlan id %d", f.Link.Name, vlan, id),
			f.with(func(t *netconsole.Target) { t.Device = vlan }))
	}
	return tagged
}

func (f *findings) answeredIn(tag uint16) bool {
	return slices.ContainsFunc(f.Hop.Heard.Of(f.Target.RemoteAddr), func(a nexthop.Answer) bool { return a.Tag == tag })
}

// route says what the kernel's routes have to do with it: nothing.
func (f *findings) route() {
	switch err := f.RouteErr; {
	case err == nil && f.RouteDevice != "" && f.RouteDevice != f.Link.Name:
		f.add(Warning, "other-device", fmt.Sprintf("the kernel's route to %s leads through %s", f.Target.RemoteAddr, f.RouteDevice),
			"netconsole does not ask the routes: the frames leave by "+f.Link.Name+" all the same.",
			f.with(func(t *netconsole.Target) { t.Device, t.AutoMAC = f.RouteDevice, true }))
	case err != nil:
		if kind, ok := netdev.Forbids(err); ok {
			f.add(Note, "forbidden-route", fmt.Sprintf("the kernel's route to %s is of type %s", f.Target.RemoteAddr, kind),
				"It stops other programs. netconsole does not ask the routes: its frames leave.")
		}
	}
}
