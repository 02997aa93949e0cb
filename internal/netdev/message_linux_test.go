package netdev

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
)

// attr is an attribute as bytes.
func attr(typ uint16, value ...byte) []byte { return appendAttribute(nil, typ, value) }

func u16(n uint16) []byte { return order.AppendUint16(nil, n) }
func u32(n uint32) []byte { return order.AppendUint32(nil, n) }

func ifinfo(typ uint16, index, flags uint32, attrs ...[]byte) []byte {
	return slices.Concat([]byte{0, 0}, u16(typ), u32(index), u32(flags), u32(0), slices.Concat(attrs...))
}

func ifaddr(bits, flags byte, index uint32, attrs ...[]byte) []byte {
	return slices.Concat([]byte{unix.AF_INET, bits, flags, 0}, u32(index), slices.Concat(attrs...))
}

func nd(index uint32, state uint16, attrs ...[]byte) []byte {
	return slices.Concat([]byte{unix.AF_INET, 0, 0, 0}, u32(index), u16(state), []byte{0, 0}, slices.Concat(attrs...))
}

func rt(family, bits, protocol, typ byte, attrs ...[]byte) []byte {
	return slices.Concat([]byte{family, bits, 0, 0, 0, protocol, 0, typ}, u32(0), slices.Concat(attrs...))
}

func nexthop(index uint32, attrs ...[]byte) []byte {
	all := slices.Concat(attrs...)
	return slices.Concat(u16(uint16(8+len(all))), []byte{0, 0}, u32(index), all)
}

var (
	ip4  = []byte{192, 0, 2, 1}
	ip4b = []byte{192, 0, 2, 2}
	addr = netip.AddrFrom4([4]byte{192, 0, 2, 1})
	peer = netip.AddrFrom4([4]byte{192, 0, 2, 2})
)

// of gives the parsers one shape.
func of[T any](parse func([]byte) (T, error)) func([]byte) (any, error) {
	return func(b []byte) (any, error) { return parse(b) }
}

type indexed[T any] struct {
	index int
	value T
}

func withIndex[T any](parse func([]byte) (int, T, error)) func([]byte) (any, error) {
	return func(b []byte) (any, error) {
		i, v, err := parse(b)
		return indexed[T]{i, v}, err
	}
}

var (
	links      = of(parseLink)
	routes     = of(parseRoute)
	addrs      = withIndex(parseAddress)
	neighbours = withIndex(parseNeighbour)
)

func TestParse(t *testing.T) {
	tests := []struct {
		name  string
		parse func([]byte) (any, error)
		b     []byte
		want  any // nil: malformed
	}{
		{"link, bare", links, ifinfo(unix.ARPHRD_LOOPBACK, 1, 0), Link{Index: 1}},
		{"link", links, ifinfo(unix.ARPHRD_ETHER, 7, unix.IFF_UP|unix.IFF_RUNNING|unix.IFF_LOWER_UP,
			attr(unix.IFLA_IFNAME, []byte("eth0\x00")...), attr(unix.IFLA_ADDRESS, 2, 0, 0, 0, 0, 1), attr(unix.IFLA_MTU, u32(1500)...),
			attr(unix.IFLA_MASTER, u32(9)...), attr(unix.IFLA_LINKINFO|unix.NLA_F_NESTED, attr(unix.IFLA_INFO_KIND, []byte("veth\x00")...)...),
			attr(0x3ff, 1, 2, 3)),
			Link{Index: 7, Name: "eth0", MAC: frame.MAC{2, 5: 1}, Up: true, Carrier: true, MTU: 1500, Master: 9, Kind: "veth", Ethernet: true}},
		{"link, up without the consequences drawn", links, ifinfo(unix.ARPHRD_ETHER, 7, unix.IFF_UP|unix.IFF_LOWER_UP),
			Link{Index: 7, Up: true, Ethernet: true}},
		{"link, a name without NUL, an address of another length", links,
			ifinfo(unix.ARPHRD_INFINIBAND, 7, 0, attr(unix.IFLA_IFNAME, 'i', 'b'), attr(unix.IFLA_ADDRESS, make([]byte, 20)...)),
			Link{Index: 7, Name: "ib"}},
		{"link, no padding behind the last", links, ifinfo(0, 7, 0, attr(unix.IFLA_IFNAME, 'a')[:5]), Link{Index: 7, Name: "a"}},
		{"link, cut", links, ifinfo(0, 7, 0)[:15], nil},
		{"link, nothing", links, nil, nil},
		{"link, half an attribute's header", links, ifinfo(0, 7, 0, []byte{4, 0}), nil},
		{"link, attribute shorter than its header", links, ifinfo(0, 7, 0, u16(3), u16(unix.IFLA_IFNAME)), nil},
		{"link, attribute longer than the message", links, ifinfo(0, 7, 0, u16(9), u16(unix.IFLA_IFNAME), u32(0)), nil},
		{"link, MTU of two bytes", links, ifinfo(0, 7, 0, attr(unix.IFLA_MTU, 1, 2)), nil},
		{"link, master of eight bytes", links, ifinfo(0, 7, 0, attr(unix.IFLA_MASTER, make([]byte, 8)...)), nil},
		{"link, bad nesting", links, ifinfo(0, 7, 0, attr(unix.IFLA_LINKINFO, 1, 2, 3)), nil},

		{"address", addrs, ifaddr(24, unix.IFA_F_PERMANENT, 3, attr(unix.IFA_ADDRESS, ip4...), attr(unix.IFA_LOCAL, ip4...)),
			indexed[Address]{3, Address{Prefix: netip.PrefixFrom(addr, 24)}}},
		{"address, point to point", addrs, ifaddr(32, 0, 3, attr(unix.IFA_LOCAL, ip4...), attr(unix.IFA_ADDRESS, ip4b...)),
			indexed[Address]{3, Address{Prefix: netip.PrefixFrom(addr, 32), Dynamic: true}}},
		{"address, the wide flags", addrs, ifaddr(32, unix.IFA_F_DEPRECATED, 3, attr(unix.IFA_ADDRESS, ip4b...),
			attr(unix.IFA_FLAGS, u32(unix.IFA_F_TENTATIVE|unix.IFA_F_PERMANENT|unix.IFA_F_NOPREFIXROUTE)...)),
			indexed[Address]{3, Address{Prefix: netip.PrefixFrom(peer, 32), Tentative: true, Deprecated: true}}},
		{"address, optimistic and temporary", addrs, ifaddr(64, unix.IFA_F_TENTATIVE|unix.IFA_F_OPTIMISTIC|unix.IFA_F_TEMPORARY, 3,
			attr(unix.IFA_ADDRESS, netip.MustParseAddr("fe80::1").AsSlice()...)),
			indexed[Address]{3, Address{Prefix: netip.MustParsePrefix("fe80::1/64"), Temporary: true, Dynamic: true}}},
		{"address, none", addrs, ifaddr(24, 0, 3), indexed[Address]{3, Address{Dynamic: true}}},
		{"address, cut", addrs, ifaddr(24, 0, 3)[:7], nil},
		{"address of five bytes", addrs, ifaddr(24, 0, 3, attr(unix.IFA_ADDRESS, 1, 2, 3, 4, 5)), nil},
		{"address, flags of one byte", addrs, ifaddr(24, 0, 3, attr(unix.IFA_FLAGS, 1)), nil},

		{"neighbour", neighbours, nd(3, unix.NUD_STALE, attr(unix.NDA_DST, ip4...), attr(unix.NDA_LLADDR, 2, 0, 0, 0, 0, 1)),
			indexed[Neighbour]{3, Neighbour{Addr: addr, MAC: frame.MAC{2, 5: 1}, State: "stale"}}},
		{"neighbour, not known", neighbours, nd(3, unix.NUD_FAILED, attr(unix.NDA_DST, ip4...)),
			indexed[Neighbour]{3, Neighbour{Addr: addr, State: "failed"}}},
		{"neighbour of no Ethernet, no state", neighbours, nd(3, 0, attr(unix.NDA_LLADDR, ip4...)), indexed[Neighbour]{3, Neighbour{State: "none"}}},
		{"neighbour, cut", neighbours, nd(3, 0)[:11], nil},
		{"neighbour, address of no family", neighbours, nd(3, 0, attr(unix.NDA_DST, 1)), nil},

		{"route", routes, rt(unix.AF_INET, 24, unix.RTPROT_BOOT, unix.RTN_UNICAST, attr(unix.RTA_DST, ip4...),
			attr(unix.RTA_OIF, u32(3)...), attr(unix.RTA_GATEWAY, ip4b...)),
			routeMessage{unix.RTN_UNICAST, unix.RTPROT_BOOT, netip.PrefixFrom(addr, 24), []hop{{3, peer}}}},
		{"route, default", routes, rt(unix.AF_INET, 0, 0, unix.RTN_BLACKHOLE),
			routeMessage{unix.RTN_BLACKHOLE, 0, netip.MustParsePrefix("0.0.0.0/0"), []hop{{}}}},
		{"route, default, IPv6", routes, rt(unix.AF_INET6, 0, 0, unix.RTN_UNICAST, attr(unix.RTA_OIF, u32(3)...)),
			routeMessage{unix.RTN_UNICAST, 0, netip.MustParsePrefix("::/0"), []hop{{device: 3}}}},
		{"route, two hops", routes, rt(unix.AF_INET, 0, 0, unix.RTN_UNICAST,
			attr(unix.RTA_MULTIPATH, slices.Concat(nexthop(3, attr(unix.RTA_GATEWAY, ip4...)), nexthop(4, attr(unix.RTA_GATEWAY, ip4b...)))...)),
			routeMessage{unix.RTN_UNICAST, 0, netip.MustParsePrefix("0.0.0.0/0"), []hop{{3, addr}, {4, peer}}}},
		{"route, cut", routes, rt(unix.AF_INET, 0, 0, 0)[:11], nil},
		{"route, half a hop", routes, rt(unix.AF_INET, 0, 0, 0, attr(unix.RTA_MULTIPATH, nexthop(3)[:7]...)), nil},
		{"route, hop longer than its list", routes, rt(unix.AF_INET, 0, 0, 0, attr(unix.RTA_MULTIPATH, nexthop(3, ip4)[:11]...)), nil},
		{"route, hop shorter than its header", routes, rt(unix.AF_INET, 0, 0, 0, attr(unix.RTA_MULTIPATH, make([]byte, 8)...)), nil},
		{"route, bad gateway in a hop", routes, rt(unix.AF_INET, 0, 0, 0, attr(unix.RTA_MULTIPATH, nexthop(3, attr(unix.RTA_GATEWAY, 1))...)), nil},
		{"route, bad device", routes, rt(unix.AF_INET, 0, 0, 0, attr(unix.RTA_OIF, 1)), nil},
	}
	for _, tt := range tests {
		got, err := tt.parse(tt.b)
		switch {
		case tt.want == nil:
			if !errors.Is(err, errMalformed) {
				t.Errorf("%s: %+v, %v, want an error", tt.name, got, err)
			}
		case err != nil || !reflect.DeepEqual(got, tt.want):
			t.Errorf("%s:\ngot  %+v, %v\nwant %+v", tt.name, got, err, tt.want)
		}
	}
}

func TestThrough(t *testing.T) {
	r := routeMessage{protocol: 99, prefix: netip.PrefixFrom(addr, 8), hops: []hop{{3, addr}, {4, peer}}}
	for index, want := range map[int]hop{0: {3, addr}, 3: {3, addr}, 4: {4, peer}, 5: {3, addr}} {
		got := r.through(index)
		if want := (Route{want.device, want.gateway, r.prefix, "protocol 99"}); got != want {
			t.Errorf("%d: got %+v, want %+v", index, got, want)
		}
	}
}

// TestAnswer joins what a socket gives, datagram by datagram.
func TestAnswer(t *testing.T) {
	msg := func(typ, flags uint16, seq uint32, data ...byte) []byte {
		b := message{typ, flags, seq, data}.bytes()
		return append(b, make([]byte, aligned(len(b), 1<<16)-len(b))...)
	}
	const multi = unix.NLM_F_MULTI
	link := func(data ...byte) []byte { return msg(unix.RTM_NEWLINK, multi, 5, data...) }
	done := msg(unix.NLMSG_DONE, multi, 5, 0, 0, 0, 0)
	word := func(errno unix.Errno) []byte { return msg(unix.NLMSG_ERROR, 0, 5, u32(uint32(-int32(errno)))...) }
	tests := []struct {
		name  string
		given [][]byte
		want  string
	}{
		{"nothing", nil, "[] waits"},
		{"a list", [][]byte{slices.Concat(link('a'), link('b', 'c')), link(), done}, `["a" "bc" ""] done`},
		{"a list, all in one, and more behind it", [][]byte{slices.Concat(link('a'), done, link('b'))}, `["a"] done`},
		{"a list not at its end", [][]byte{link('a')}, `["a"] waits`},
		{"a list that ends without a number", [][]byte{msg(unix.NLMSG_DONE, multi, 5)}, "[] done"},
		{"a list that fails", [][]byte{link('a'), msg(unix.NLMSG_DONE, multi, 5, u32(uint32(0xffffffff))...)}, "operation not permitted"},
		{"a list that changed", [][]byte{msg(unix.RTM_NEWLINK, multi|unix.NLM_F_DUMP_INTR, 5, 'a'), done}, `["a"] done interrupted`},
		{"a list that changed at its end", [][]byte{link('a'), msg(unix.NLMSG_DONE, multi|unix.NLM_F_DUMP_INTR, 5)}, `["a"] done interrupted`},
		{"one and the word", [][]byte{msg(unix.RTM_NEWROUTE, 0, 5, 'a'), word(0)}, `["a"] done`},
		{"the word alone", [][]byte{word(0)}, "[] done"},
		{"refused", [][]byte{word(unix.ENODEV)}, "no such device"},
		{"nothing to say, and the word", [][]byte{msg(unix.NLMSG_NOOP, 0, 5), word(0)}, "[] done"},
		{"of an earlier request", [][]byte{msg(unix.NLMSG_ERROR, 0, 4, u32(0)...), msg(unix.RTM_NEWLINK, multi, 6, 'x')}, "[] waits"},
		{"no padding behind the last", [][]byte{message{unix.RTM_NEWLINK, multi, 5, []byte("a")}.bytes()}, `["a"] waits`},
		{"half a header", [][]byte{done[:15]}, "malformed netlink message"},
		{"cut", [][]byte{word(0)[:18]}, "malformed netlink message"},
		{"shorter than its header", [][]byte{slices.Concat(u32(15), done[4:])}, "malformed netlink message"},
		{"longer than can be", [][]byte{slices.Concat(u32(0xffffffff), done[4:])}, "malformed netlink message"},
		{"a word without a number", [][]byte{msg(unix.NLMSG_ERROR, 0, 5)}, "malformed netlink message"},
		{"an end with half a number", [][]byte{msg(unix.NLMSG_DONE, 0, 5, 1, 2)}, "malformed netlink message"},
	}
	for _, tt := range tests {
		a := answer{seq: 5}
		var err error
		for _, b := range tt.given {
			if err == nil {
				err = a.add(b)
			}
		}
		if got := tell(a, err); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func tell(a answer, err error) string {
	if err != nil {
		return err.Error()
	}
	all := []string{}
	for _, m := range a.messages {
		all = append(all, string(m.data))
	}
	s := fmt.Sprintf("%q waits", all)
	if a.done {
		s = fmt.Sprintf("%q done", all)
	}
	if a.interrupted {
		s += " interrupted"
	}
	return s
}

// FuzzParse has every parser take whatever the kernel could never send.
func FuzzParse(f *testing.F) {
	for _, b := range [][]byte{
		ifinfo(1, 2, 3, attr(unix.IFLA_IFNAME, []byte("eth0\x00")...), attr(unix.IFLA_LINKINFO, attr(unix.IFLA_INFO_KIND, 'v')...)),
		ifaddr(24, 1, 2, attr(unix.IFA_ADDRESS, ip4...), attr(unix.IFA_FLAGS, u32(1)...)),
		nd(3, 4, attr(unix.NDA_DST, ip4...)),
		rt(unix.AF_INET, 24, 3, 1, attr(unix.RTA_MULTIPATH, nexthop(3, attr(unix.RTA_GATEWAY, ip4...))...)),
		message{unix.NLMSG_DONE, unix.NLM_F_MULTI, 0, u32(0)}.bytes(),
	} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := slices.Clone(b)
		for _, parse := range []func([]byte) (any, error){links, addrs, neighbours, routes} {
			if _, err := parse(b); err != nil && err != errMalformed {
				t.Error(err)
			}
		}
		var a answer
		if err := a.add(b); err == nil {
			var data int
			for _, m := range a.messages {
				data += len(m.data) + unix.SizeofNlMsghdr
			}
			if data > len(b) {
				t.Errorf("%d bytes of messages in %d", data, len(b))
			}
		}
		if r, err := parseRoute(b); err == nil {
			r.through(3)
		}
		if l, err := parseLink(b); err == nil && (strings.Contains(l.Name, "\x00") || strings.Contains(l.Kind, "\x00")) {
			t.Errorf("%+v", l)
		}
		if !slices.Equal(b, before) {
			t.Error("the input was changed")
		}
	})
}
