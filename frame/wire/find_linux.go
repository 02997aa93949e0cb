package wire

import (
	"net"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
)

// find resolves a name or MAC address. The ioctls take alternative names too,
// and any socket: netlink's is of a family that a sandbox allows all the same.
func find(dev string) (index int, name string, err error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return 0, "", &Error{Op: "look up", Device: dev, Err: err}
	}
	defer unix.Close(fd)
	if strings.Contains(dev, ":") {
		return findMAC(fd, dev)
	}
	index, err = ifIndex(fd, dev)
	if err == nil {
		name, err = ifName(fd, index)
	}
	if err != nil {
		return 0, "", missing(dev)
	}
	return index, name, nil
}

// findMAC looks for an Ethernet device as netpoll_setup does.
func findMAC(fd int, dev string) (int, string, error) {
	mac, err := frame.ParseMAC(dev)
	if err != nil {
		return 0, "", &Error{Op: "look up", Device: dev, Err: err}
	}
	ifis, err := net.Interfaces()
	if err != nil {
		return 0, "", &Error{Op: "look up", Device: dev, Err: cause(err)}
	}
	for _, i := range ifis {
		if string(i.HardwareAddr) != string(mac[:]) || !mac.IsUnicast() {
			continue
		}
		if kind, err := ifType(fd, i.Name); err == nil && kind == unix.ARPHRD_ETHER {
			return i.Index, i.Name, nil
		}
	}
	return 0, "", missing(dev)
}

// missing is the error for a device that is not there; it names those that are.
func missing(dev string) error {
	const most = 8
	e := &Error{Op: "look up", Device: dev, Err: syscall.ENODEV}
	if dev == "" {
		e.Device = `""`
	}
	ifis, err := net.Interfaces()
	if err != nil {
		return e
	}
	var names []string
	for _, i := range ifis[:min(len(ifis), most)] {
		names = append(names, i.Name)
	}
	if len(ifis) > most {
		names = append(names, "…")
	}
	e.hint = "have: " + strings.Join(names, ", ")
	return e
}

func ifIndex(fd int, name string) (int, error) {
	r, err := unix.NewIfreq(name)
	if err == nil {
		err = unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, r)
	}
	if err != nil {
		return 0, err
	}
	return int(r.Uint32()), nil
}

func ifName(fd, index int) (string, error) {
	var r unix.Ifreq
	r.SetUint32(uint32(index))
	err := unix.IoctlIfreq(fd, unix.SIOCGIFNAME, &r)
	return r.Name(), err
}

// ifType returns the device's ARPHRD number.
func ifType(fd int, name string) (uint16, error) {
	r, err := unix.NewIfreq(name)
	if err == nil {
		err = unix.IoctlIfreq(fd, unix.SIOCGIFHWADDR, r) // the family of the address
	}
	if err != nil {
		return 0, err
	}
	return r.Uint16(), nil
}
