package netconsole

import (
	"net/netip"
	"strconv"
	"strings"

	"netkmsg/frame"
)

// The kernel's defaults for the fields that a target leaves empty (alloc_and_init in drivers/net/netconsole.c).
const (
	DefaultLocalPort  = 6665
	DefaultRemotePort = 6666
	DefaultDevice     = "eth0"
)

// Limits of the kernel.
const (
	MaxLine       = 255 // bytes of the whole parameter: MAX_PARAM_LENGTH less the final NUL
	MaxDeviceName = 15  // bytes of a device name: IFNAMSIZ less the final NUL
)

// autoMAC stands for a target MAC address that is to be found out.
const autoMAC = "auto"

// A Target is one receiver of the log and the way to it, as a netconsole= parameter describes it. It is comparable.
type Target struct {
	Extended bool // +: records with their header, as /dev/kmsg gives them
	Release  bool // r: the kernel release in front of that header; only with Extended

	LocalPort uint16     // UDP source port; 0 is sent as 0
	LocalAddr netip.Addr // source address; the zero Addr: chosen from the device's when the target is enabled
	Device    string     // sending device: its name, or its MAC address as 00:11:22:aa:bb:cc

	RemotePort uint16     // UDP target port
	RemoteAddr netip.Addr // target address; it decides between IPv4 and IPv6, where ::ffff:a.b.c.d is IPv6
	RemoteMAC  frame.MAC  // target of the Ethernet frame; any address, broadcast by default
	AutoMAC    bool       // auto, which the kernel does not know: RemoteMAC is broadcast until the right one is found
}

// DeviceMAC returns the address by which the sending device is to be found, if it is not by name. No device name has a
// colon in it.
func (t Target) DeviceMAC() (mac frame.MAC, ok bool) {
	mac, err := frame.ParseMAC(t.Device)
	return mac, err == nil
}

// String returns the target in the kernel's grammar, every field spelled out but a source address that is still to be
// chosen. Parse of the result is the target again.
func (t Target) String() string {
	var b strings.Builder
	if t.Extended {
		b.WriteByte('+')
	}
	if t.Release {
		b.WriteByte('r')
	}
	b.WriteString(strconv.Itoa(int(t.LocalPort)))
	b.WriteByte('@')
	if t.LocalAddr.IsValid() {
		b.WriteString(t.LocalAddr.String())
	}
	b.WriteByte('/')
	b.WriteString(t.Device)
	b.WriteByte(',')
	b.WriteString(strconv.Itoa(int(t.RemotePort)))
	b.WriteByte('@')
	b.WriteString(t.RemoteAddr.String())
	b.WriteByte('/')
	if t.AutoMAC {
		return b.String() + autoMAC
	}
	return b.String() + t.RemoteMAC.String()
}
