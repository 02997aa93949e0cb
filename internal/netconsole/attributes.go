package netconsole

import (
	"net/netip"
	"strconv"
	"syscall"

	"netkmsg/frame"
)

// Attributes are what the kernel's netconsole keeps of a target in configfs, as a value: what each file of it shows, and
// what a write to it does. They follow Linux 7.3.4 (drivers/net/netconsole.c; corpus cases cfs-*), its order of checks
// included. enabled, local_mac and transmit_errors are not here: they belong to a running target.
type Attributes struct {
	Device    string    // dev_name: a device's name as it was written or found; may be empty
	DeviceMAC frame.MAC // by which the device is found if Device is empty; zero if not by MAC address

	Extended, Release     bool
	LocalPort, RemotePort uint16
	RemoteMAC             frame.MAC

	// The kernel has one flag for the family of both addresses, set by the last write to either, and reads their bytes
	// accordingly (corpus cases cfs-family-mix, cfs-auto-family).
	v6            bool
	local, remote [16]byte
}

// DefaultAttributes are those of a target that was just made.
func DefaultAttributes() Attributes {
	return Attributes{
		Device:     DefaultDevice,
		LocalPort:  DefaultLocalPort,
		RemotePort: DefaultRemotePort,
		RemoteMAC:  frame.Broadcast,
	}
}

// AttributesOf returns those of a target from the command line (corpus case cfs-cmdline-ext).
func AttributesOf(t Target) Attributes {
	a := Attributes{
		Device:     t.Device,
		Extended:   t.Extended,
		Release:    t.Release,
		LocalPort:  t.LocalPort,
		RemotePort: t.RemotePort,
		RemoteMAC:  t.RemoteMAC,
		v6:         t.RemoteAddr.Is6(),
	}
	if mac, ok := t.DeviceMAC(); ok {
		a.Device, a.DeviceMAC = "", mac
	}
	a.SetLocal(t.LocalAddr)
	copy(a.remote[:], t.RemoteAddr.AsSlice())
	return a
}

// Target returns the target that the attributes describe.
func (a *Attributes) Target() Target {
	t := Target{
		Extended:   a.Extended,
		Release:    a.Release,
		LocalPort:  a.LocalPort,
		LocalAddr:  a.Local(),
		Device:     a.Device,
		RemotePort: a.RemotePort,
		RemoteAddr: a.addr(&a.remote),
		RemoteMAC:  a.RemoteMAC,
	}
	if a.ByMAC() {
		t.Device = a.DeviceMAC.String()
	}
	return t
}

// ByMAC reports whether the target is bound to a device's MAC address.
func (a *Attributes) ByMAC() bool { return a.DeviceMAC != frame.MAC{} && a.DeviceMAC.IsUnicast() }

// Local returns the source address, or the zero Addr if it is to be chosen from the device's: all its bytes are 0.
func (a *Attributes) Local() netip.Addr {
	if l := a.addr(&a.local); !l.IsUnspecified() {
		return l
	}
	return netip.Addr{}
}

// SetLocal stores a source address that was chosen; the zero Addr clears it.
func (a *Attributes) SetLocal(addr netip.Addr) {
	if !addr.IsValid() {
		a.local = [16]byte{}
	}
	copy(a.local[:], addr.AsSlice())
}

func (a *Attributes) addr(b *[16]byte) netip.Addr {
	if a.v6 {
		return netip.AddrFrom16(*b)
	}
	return netip.AddrFrom4([4]byte(b[:4]))
}

// Show returns the contents of a file, or false if there is no such attribute.
func (a *Attributes) Show(file string) (string, bool) {
	switch file {
	case "dev_name":
		return a.Device + "\n", true
	case "extended":
		return showBool(a.Extended), true
	case "release":
		return showBool(a.Release), true
	case "local_port":
		return strconv.Itoa(int(a.LocalPort)) + "\n", true
	case "remote_port":
		return strconv.Itoa(int(a.RemotePort)) + "\n", true
	case "local_ip":
		return showAddr(a.addr(&a.local)) + "\n", true
	case "remote_ip":
		return showAddr(a.addr(&a.remote)) + "\n", true
	case "remote_mac":
		return a.RemoteMAC.String() + "\n", true
	}
	return "", false
}

// Store does what one write(2) of data to a file does. enabled says that the target is: then nothing can be changed.
// An error is a *Refusal; an address may have changed all the same, as in the kernel (corpus case cfs-bad-ips).
func (a *Attributes) Store(file string, data []byte, enabled bool) error {
	if len(data) == 0 {
		return deny(syscall.EFAULT, "")
	}
	s := text(data)
	if file == "dev_name" && len(trimNewline(s)) > MaxDeviceName {
		return deny(syscall.ENAMETOOLONG, "")
	}
	if _, ok := a.Show(file); !ok {
		return deny(syscall.ENOENT, "")
	}
	if enabled {
		return deny(syscall.EINVAL, "target is enabled, disable to update parameters")
	}
	switch file {
	case "dev_name":
		a.Device = trimNewline(s[:min(len(s), MaxDeviceName)])
		return nil
	case "extended":
		return storeBool(&a.Extended, s)
	case "release":
		return storeBool(&a.Release, s)
	case "local_port":
		return storePort(&a.LocalPort, s)
	case "remote_port":
		return storePort(&a.RemotePort, s)
	case "local_ip":
		return a.storeAddr(&a.local, s)
	case "remote_ip":
		return a.storeAddr(&a.remote, s)
	}
	return storeMAC(&a.RemoteMAC, s)
}

// storeAddr reads an address. One that is followed by anything but a newline is refused after its bytes were stored.
func (a *Attributes) storeAddr(b *[16]byte, s string) error {
	addr, rest := leadingAddr(s)
	copy(b[:], addr.AsSlice())
	if !addr.IsValid() || rest != "" && rest[0] != '\n' {
		return deny(syscall.EINVAL, "")
	}
	a.v6 = addr.Is6()
	return nil
}
