package build_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/jsimonetti/rtnetlink/v2"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netdev/build"
)

func TestMain(m *testing.M) { frametest.Main(m) }

// TestAsTheLibrarySees has package netdev and rtnetlink's library look at the same devices, addresses, neighbours and routes:
// a veth pair, a bridge with a port, and more addresses than a datagram of the kernel's holds.
func TestAsTheLibrarySees(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"192.0.2.7/24", "2001:db8:1::7/64"}}))
	p.A.Enslave("br0")
	for i := range 400 {
		p.A.AddAddr(fmt.Sprintf("2001:db8:%x::%x/64", i%7, i+1))
	}
	err := p.A.Do(func() error {
		if err := build.AddBridge("br1"); err != nil {
			return err
		}
		c, err := rtnetlink.Dial(nil)
		if err != nil {
			return err
		}
		defer c.Close()
		for _, add := range []struct {
			state uint16
			addr  string
			mac   []byte
		}{
			{unix.NUD_PERMANENT, "192.0.2.9", []byte{2, 0, 0, 0, 0, 9}},
			{unix.NUD_STALE, "2001:db8:1::9", []byte{2, 0, 0, 0, 0, 10}},
		} {
			if err := c.Neigh.New(&rtnetlink.NeighMessage{
				Family: family(add.addr), Index: uint32(p.A.Index()), State: add.state,
				Attributes: &rtnetlink.NeighAttributes{Address: netip.MustParseAddr(add.addr).AsSlice(), LLAddress: add.mac},
			}); err != nil {
				return err
			}
		}
		return sameAll(t, c, p.A.Index())
	})
	if err != nil {
		t.Fatal(err)
	}
}

func family(addr string) uint16 {
	if netip.MustParseAddr(addr).Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

func sameAll(t *testing.T, c *rtnetlink.Conn, index int) error {
	links, err := c.Link.List()
	if err != nil {
		return err
	}
	ours, err := netdev.Links()
	same(t, "links", ours, theirLinks(links), 4)
	if err != nil {
		return err
	}
	for _, l := range ours {
		one, err := netdev.ByIndex(l.Index)
		if err != nil || one != l {
			t.Errorf("by index: %+v, %v, want %+v", one, err, l)
		}
	}
	all, err := c.Address.List()
	if err != nil {
		return err
	}
	table, err := c.Neigh.List()
	if err != nil {
		return err
	}
	for family, least := range map[int]int{unix.AF_INET: 1, unix.AF_INET6: 401} {
		states, err := netdev.AddressStates(index, family)
		if err != nil {
			return err
		}
		same(t, "addresses", states, theirAddresses(all, index, family), least)
		ns, err := netdev.Neighbours(index, family)
		if err != nil {
			return err
		}
		same(t, "neighbours", known(ns), theirNeighbours(table, index, family), 1)
	}
	for _, to := range []string{"192.0.2.9", "192.0.2.7", "2001:db8:1::9", "2001:db8:2::9", "2001:db8:1::7"} {
		addr := netip.MustParseAddr(to)
		theirs, err := theirRoute(c, addr)
		if err != nil {
			return err
		}
		ours, err := netdev.RouteTo(addr, 0)
		same(t, "routes to "+to, []netdev.Route{ours}, []netdev.Route{theirs}, 1)
		if err != nil {
			return err
		}
	}
	return nil
}

func theirRoute(c *rtnetlink.Conn, to netip.Addr) (netdev.Route, error) {
	m := &rtnetlink.RouteMessage{Family: uint8(family(to.String())), DstLength: uint8(to.BitLen()), Flags: unix.RTM_F_FIB_MATCH}
	m.Attributes.Dst = to.AsSlice()
	all, err := c.Execute(m, unix.RTM_GETROUTE, netlink.Request)
	if err != nil {
		return netdev.Route{}, err
	}
	r := all[0].(*rtnetlink.RouteMessage)
	dst, _ := netip.AddrFromSlice(r.Attributes.Dst)
	gateway, _ := netip.AddrFromSlice(r.Attributes.Gateway)
	return netdev.Route{
		Device: int(r.Attributes.OutIface), Gateway: gateway, Prefix: netip.PrefixFrom(dst, int(r.DstLength)),
		Origin: map[uint8]string{unix.RTPROT_KERNEL: "kernel", unix.RTPROT_BOOT: "boot"}[r.Protocol],
	}, nil
}

func same[T comparable](t *testing.T, what string, ours, theirs []T, least int) {
	t.Helper()
	if !slices.Equal(ours, theirs) || len(ours) < least {
		t.Errorf("%s: %d, wanted %d at least\nours   %+v\ntheirs %+v", what, len(ours), least, ours, theirs)
	}
}

func theirLinks(all []rtnetlink.LinkMessage) (links []netdev.Link) {
	names := map[int]string{}
	for _, m := range all {
		const carrier = unix.IFF_LOWER_UP | unix.IFF_RUNNING
		l := netdev.Link{
			Index: int(m.Index), Name: m.Attributes.Name, MTU: int(m.Attributes.MTU),
			Up: m.Flags&unix.IFF_UP != 0, Carrier: m.Flags&carrier == carrier, Ethernet: m.Type == unix.ARPHRD_ETHER,
		}
		l.MAC, _ = frame.MACFrom(m.Attributes.Address)
		if m.Attributes.Master != nil {
			l.Master = int(*m.Attributes.Master)
		}
		if m.Attributes.Info != nil {
			l.Kind = m.Attributes.Info.Kind
		}
		names[l.Index] = l.Name
		links = append(links, l)
	}
	for i := range links {
		links[i].MasterName = names[links[i].Master]
	}
	return links
}

func theirAddresses(all []rtnetlink.AddressMessage, index, family int) (as []netdev.Address) {
	for _, m := range all {
		if int(m.Index) != index || int(m.Family) != family {
			continue
		}
		ip := m.Attributes.Local
		if ip == nil {
			ip = m.Attributes.Address
		}
		addr, _ := netip.AddrFromSlice(ip)
		f := m.Attributes.Flags
		as = append(as, netdev.Address{
			Prefix:    netip.PrefixFrom(addr, int(m.PrefixLength)),
			Tentative: f&unix.IFA_F_TENTATIVE != 0, Deprecated: f&unix.IFA_F_DEPRECATED != 0, Dynamic: f&unix.IFA_F_PERMANENT == 0,
		})
	}
	return as
}

// known leaves out what the kernel enters by itself, at its own time.
func known(ns []netdev.Neighbour) []netdev.Neighbour {
	return slices.DeleteFunc(ns, func(n netdev.Neighbour) bool { return n.State == "noarp" || n.MAC == (frame.MAC{}) })
}

func theirNeighbours(all []rtnetlink.NeighMessage, index, family int) (ns []netdev.Neighbour) {
	for _, m := range all {
		if int(m.Index) != index || int(m.Family) != family || m.State&unix.NUD_NOARP != 0 || bytes.Equal(m.Attributes.LLAddress, make([]byte, 6)) {
			continue
		}
		n := netdev.Neighbour{State: map[uint16]string{unix.NUD_PERMANENT: "permanent", unix.NUD_STALE: "stale"}[m.State]}
		n.Addr, _ = netip.AddrFromSlice(m.Attributes.Address)
		n.MAC, _ = frame.MACFrom(m.Attributes.LLAddress)
		ns = append(ns, n)
	}
	return ns
}
