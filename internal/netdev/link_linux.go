package netdev

import (
	"fmt"
	"strings"

	"github.com/jsimonetti/rtnetlink/v2"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"netkmsg/frame"
)

// Links returns all devices of the namespace in the kernel's order.
func Links() ([]Link, error) {
	answers, err := execute(&rtnetlink.LinkMessage{}, unix.RTM_GETLINK, netlink.Dump)
	if err != nil {
		return nil, describe("list links", "", err)
	}
	links := make([]Link, 0, len(answers))
	names := map[int]string{}
	for _, a := range answers {
		if m, ok := a.(*rtnetlink.LinkMessage); ok {
			l := link(m)
			links = append(links, l)
			names[l.Index] = l.Name
		}
	}
	for i := range links {
		links[i].MasterName = names[links[i].Master]
	}
	return links, nil
}

// Lookup returns the device of that name. Alternative names count too.
func Lookup(name string) (Link, error) {
	if name == "" || len(name) >= altNameSize {
		return Link{}, missing(name)
	}
	attr := uint16(unix.IFLA_IFNAME)
	if len(name) >= unix.IFNAMSIZ {
		attr = unix.IFLA_ALT_IFNAME
	}
	l, err := get(&linkRequest{extra: func(e *netlink.AttributeEncoder) { e.String(attr, name) }})
	if err == unix.ENODEV || err == unix.EINVAL {
		return Link{}, missing(name)
	}
	return l, describe("look up", name, err)
}

// altNameSize is ALTIFNAMSIZ, the room for an alternative name and its NUL.
const altNameSize = 128

// ByIndex returns the device with that index.
func ByIndex(index int) (Link, error) {
	l, err := get(&rtnetlink.LinkMessage{Index: uint32(index)})
	return l, describe("look up", number(index), err)
}

// ByMAC returns the first Ethernet device, in the kernel's order, whose current address is mac, which must be unicast
// (netpoll_setup: dev_getbyhwaddr of ARPHRD_ETHER).
func ByMAC(mac frame.MAC) (Link, error) {
	links, err := Links()
	if err != nil {
		return Link{}, err
	}
	for _, l := range links {
		if l.Ethernet && l.MAC == mac && mac != (frame.MAC{}) && mac.IsUnicast() {
			return l, nil
		}
	}
	return Link{}, missing(mac.String())
}

// SetUp brings the device up as netpoll does with one that is administratively down. It does not wait for a carrier.
func SetUp(index int) error {
	return setFlags("bring up", index, unix.IFF_UP)
}

// SetDown takes the device down.
func SetDown(index int) error {
	return setFlags("take down", index, 0)
}

func setFlags(op string, index int, flags uint32) error {
	m := &rtnetlink.LinkMessage{Index: uint32(index), Flags: flags, Change: unix.IFF_UP}
	return change(op, label(index), m, unix.RTM_NEWLINK, 0)
}

// get asks for one link, and for its master's name if it has one.
func get(m rtnetlink.Message) (Link, error) {
	answers, err := execute(m, unix.RTM_GETLINK, 0)
	if err != nil {
		return Link{}, err
	}
	if len(answers) != 1 {
		return Link{}, unix.ENODEV
	}
	l := link(answers[0].(*rtnetlink.LinkMessage))
	if l.Master != 0 {
		master, err := ByIndex(l.Master)
		if err != nil {
			return l, err
		}
		l.MasterName = master.Name
	}
	return l, nil
}

func link(m *rtnetlink.LinkMessage) Link {
	const carrier = unix.IFF_LOWER_UP | unix.IFF_RUNNING
	l := Link{
		Index:    int(m.Index),
		Up:       m.Flags&unix.IFF_UP != 0,
		Carrier:  m.Flags&carrier == carrier,
		Ethernet: m.Type == unix.ARPHRD_ETHER,
	}
	a := m.Attributes
	if a == nil {
		return l
	}
	l.Name, l.MTU = a.Name, int(a.MTU)
	if len(a.Address) == len(l.MAC) {
		copy(l.MAC[:], a.Address)
	}
	if a.Master != nil {
		l.Master = int(*a.Master)
	}
	if a.Info != nil {
		l.Kind = a.Info.Kind
	}
	return l
}

// missing is the error for a device that is not there; it names those that are.
func missing(name string) error {
	e := &linkError{op: "look up", object: name, err: unix.ENODEV}
	if name == "" {
		e.object = `""`
	}
	if links, err := Links(); err == nil {
		e.hint = have(links)
	}
	return e
}

func have(links []Link) string {
	const most = 8
	names := make([]string, 0, most+1)
	for _, l := range links[:min(len(links), most)] {
		names = append(names, l.Name)
	}
	if len(links) > most {
		names = append(names, "…")
	}
	return "have: " + strings.Join(names, ", ")
}

// label names a device for a message: by its name if it has one.
func label(index int) string {
	if l, err := ByIndex(index); err == nil {
		return l.Name
	}
	return number(index)
}

func number(index int) string { return fmt.Sprintf("device %d", index) }
