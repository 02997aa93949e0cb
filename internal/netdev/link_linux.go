package netdev

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
)

// Links returns all devices of the namespace in the kernel's order.
func Links() ([]Link, error) {
	all, err := list(unix.RTM_GETLINK, linkHeader(0, 0, 0))
	if err != nil {
		return nil, Describe("list links", "", err)
	}
	links := make([]Link, 0, len(all))
	names := map[int]string{}
	for _, b := range all {
		l, err := parseLink(b)
		if err != nil {
			return nil, Describe("list links", "", err)
		}
		links = append(links, l)
		names[l.Index] = l.Name
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
	l, err := get(appendAttribute(linkHeader(0, 0, 0), attr, append([]byte(name), 0)))
	if err == unix.ENODEV || err == unix.EINVAL {
		return Link{}, missing(name)
	}
	return l, Describe("look up", name, err)
}

// altNameSize is ALTIFNAMSIZ, the room for an alternative name and its NUL.
const altNameSize = 128

// ByIndex returns the device with that index.
func ByIndex(index int) (Link, error) {
	l, err := get(linkHeader(index, 0, 0))
	return l, Describe("look up", number(index), err)
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
	return change(op, Label(index), unix.RTM_NEWLINK, linkHeader(index, flags, unix.IFF_UP))
}

// get asks for one link, and for its master's name if it has one.
func get(request []byte) (Link, error) {
	answers, err := execute(unix.RTM_GETLINK, 0, request)
	if err != nil {
		return Link{}, err
	}
	if len(answers) != 1 {
		return Link{}, unix.ENODEV
	}
	l, err := parseLink(answers[0].data)
	if err == nil && l.Master != 0 {
		var master Link
		if master, err = ByIndex(l.Master); err == nil {
			l.MasterName = master.Name
		}
	}
	return l, err
}

// linkHeader is a struct ifinfomsg.
func linkHeader(index int, flags, change uint32) []byte {
	b := make([]byte, unix.SizeofIfInfomsg)
	order.PutUint32(b[4:], uint32(index))
	order.PutUint32(b[8:], flags)
	order.PutUint32(b[12:], change)
	return b
}

// parseLink reads a struct ifinfomsg and its attributes.
func parseLink(b []byte) (l Link, err error) {
	if len(b) < unix.SizeofIfInfomsg {
		return l, errMalformed
	}
	const carrier = unix.IFF_LOWER_UP | unix.IFF_RUNNING
	flags := order.Uint32(b[8:])
	l.Ethernet = order.Uint16(b[2:]) == unix.ARPHRD_ETHER
	l.Index = int(order.Uint32(b[4:]))
	l.Up, l.Carrier = flags&unix.IFF_UP != 0, flags&carrier == carrier
	err = attributes(b[unix.SizeofIfInfomsg:], func(typ uint16, v []byte) error {
		var n uint32
		var err error
		switch typ {
		case unix.IFLA_IFNAME:
			l.Name = text(v)
		case unix.IFLA_ADDRESS:
			if len(v) == len(l.MAC) {
				l.MAC = frame.MAC(v)
			}
		case unix.IFLA_MTU:
			n, err = number32(v)
			l.MTU = int(n)
		case unix.IFLA_MASTER:
			n, err = number32(v)
			l.Master = int(n)
		case unix.IFLA_LINKINFO:
			err = attributes(v, func(typ uint16, v []byte) error {
				if typ == unix.IFLA_INFO_KIND {
					l.Kind = text(v)
				}
				return nil
			})
		}
		return err
	})
	return l, err
}

// missing is the error for a device that is not there; it names those that are.
func missing(name string) error {
	e := &linkError{op: "look up", object: name, err: unix.ENODEV, hint: Have()}
	if name == "" {
		e.object = `""`
	}
	return e
}

// Have names the devices that are there, for the error of one that is not. It is empty if that is not known.
func Have() string {
	links, err := Links()
	if err != nil {
		return ""
	}
	const most = 8
	var names []string
	for _, l := range links[:min(len(links), most)] {
		names = append(names, l.Name)
	}
	if len(links) > most {
		names = append(names, "…")
	}
	return "have: " + strings.Join(names, ", ")
}

// Label names a device for a message: by its name if it has one.
func Label(index int) string {
	if l, err := ByIndex(index); err == nil {
		return l.Name
	}
	return number(index)
}

func number(index int) string { return fmt.Sprintf("device %d", index) }
