package doctor

import (
	"errors"
	"fmt"
	"os"

	"netkmsg/internal/netconsole"
)

// permission looks at what the process may do.
func (f *findings) permission() {
	if !f.Host.NetRaw {
		f.add(Error, "no-net-raw", "this process lacks CAP_NET_RAW", "It can send no frames, and the checks on the wire are left out.",
			"sudo netkmsg check '"+f.Target.String()+"'", "setcap cap_net_raw,cap_syslog+ep $(command -v netkmsg)")
	}
	switch err := f.Host.KmsgErr; {
	case err == nil:
	case errors.Is(err, os.ErrPermission) && f.Host.DmesgRestrict && !f.Host.Syslog:
		f.add(Error, "dmesg-restrict", "kernel.dmesg_restrict is 1 and this process lacks CAP_SYSLOG", "It cannot read the kernel's log. The kernel's own netconsole could.",
			"setcap cap_net_raw,cap_syslog+ep $(command -v netkmsg)", "sysctl kernel.dmesg_restrict=0")
	case errors.Is(err, os.ErrNotExist):
		f.add(Error, "no-kmsg", "there is no /dev/kmsg", "The kernel's log cannot be read.", "mount -t devtmpfs dev /dev", "mknod /dev/kmsg c 1 11")
	default:
		if path := (*os.PathError)(nil); errors.As(err, &path) {
			err = path.Err
		}
		f.add(Error, "kmsg", fmt.Sprintf("/dev/kmsg cannot be read: %v", err), "There is no log to send.",
			"setcap cap_net_raw,cap_syslog+ep $(command -v netkmsg)", "# in a container: run it on the host, or give it /dev/kmsg")
	}
}

// The longest datagram has 1000 bytes (MAX_PRINT_CHUNK), and these are the headers in front of it that count for the MTU.
const (
	datagram = 1000
	headers6 = 40 + 8
	headers4 = 20 + 8
)

// device looks at the device, and reports whether there is one to send with.
func (f *findings) device() bool {
	l := f.Link
	switch {
	case f.LinkErr != nil:
		f.add(Error, "no-device", f.LinkErr.Error(), "There is nothing to send with. The kernel's netconsole gives up, too.",
			"ip -brief link", f.with(func(t *netconsole.Target) {})+" --wait    # for a device that is still to come")
		return false
	case !l.Ethernet && l.Name != "lo":
		f.add(Error, "not-ethernet", l.Name+" is no Ethernet device", "Frames for it have another form.", "# name the device below or above it")
		return false
	case !l.Up:
		s, remedy := Warning, []string{"ip link set dev " + l.Name + " up"}
		if !f.Host.NetAdmin {
			s = Error
		}
		f.add(s, "down", l.Name+" is down", "netkmsg send and the kernel's netconsole bring it up, with CAP_NET_ADMIN. Nothing could be asked on the wire.", remedy...)
	case !l.Carrier:
		f.add(Error, "no-carrier", l.Name+" has no carrier", "Nothing leaves it. netkmsg send waits; the kernel's netconsole loses what is logged meanwhile.",
			"# look at the cable, the switch's port, the other end", "ethtool "+l.Name)
	}
	need := datagram + headers6
	if f.Target.RemoteAddr.Is4() {
		need = datagram + headers4
	}
	if l.MTU > 0 && l.MTU < need {
		f.add(Error, "mtu", fmt.Sprintf("the MTU of %s is %d", l.Name, l.MTU),
			fmt.Sprintf("Packets of a long record have up to %d bytes. Those above %d are refused, and their records counted as dropped.", need, l.MTU),
			fmt.Sprintf("ip link set dev %s mtu %d", l.Name, need))
	}
	return true
}

// kernel says whether the kernel's own netconsole would take the device.
func (f *findings) kernel() {
	l := f.Link
	const send = "The kernel's netconsole refuses it; netkmsg sends all the same."
	if l.Master != 0 {
		f.add(Warning, "port", l.Name+" is a port of "+l.MasterName, send+" The host's addresses are usually those of "+l.MasterName+".",
			f.with(func(t *netconsole.Target) { t.Device = l.MasterName }))
	}
	if l.Kind == "veth" || l.Kind == "netkit" || l.Kind == "hsr" {
		f.add(Note, "no-netpoll", fmt.Sprintf("%s is of kind %s, which does not support polling", l.Name, l.Kind), send)
	}
	if f.Target.AutoMAC {
		var remedy []string
		if f.known() {
			t := f.mended(func(t *netconsole.Target) { t.AutoMAC, t.RemoteMAC = false, f.Hop.MAC })
			remedy = []string{"modprobe netconsole netconsole=" + t.String()}
		}
		f.add(Note, "auto", "the target MAC address is auto", "The kernel's netconsole takes no such word; netkmsg looks the address up.", remedy...)
	}
}
