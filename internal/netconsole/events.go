package netconsole

import "time"

// Happened tells what happened to the target's device, which is now d; or, while the target waits, to a device d that now
// has the name or the MAC address that it waits for.
func (l *Life) Happened(e DeviceEvent, d Device, now time.Time) Step {
	switch {
	case l.state.On():
	case (l.state == Waiting || l.opening) && l.awaited(e):
		return l.open()
	default:
		return Step{}
	}
	kernel := l.Policy == Kernel
	switch e {
	case DeviceUnregistered:
		l.be(Waiting, d.Name+" was unregistered", now)
		l.lacks = NoDevice
		do := Detach
		if kernel {
			do = Close
		}
		return warn(do, "network logging stopped on interface %s as it unregistered", d.Name)
	case DeviceRenamed:
		return say(Nothing, "the device is called %s now", d.Name)
	case DeviceJoined:
		if kernel {
			l.be(Disabled, d.Name+" joined "+d.Master, now)
			return warn(Close, "network logging stopped on interface %s as it is joining a master device", d.Name)
		}
		return say(Nothing, "%s is a port of %s now; sending all the same", d.Name, d.Master)
	case DeviceLeft:
		if !kernel {
			return say(Nothing, "%s is no port any more", d.Name)
		}
	case DeviceReleased:
		if kernel {
			l.be(Disabled, d.Name+" released a port", now)
			return warn(Close, "network logging stopped on interface %s as it released slaves", d.Name)
		}
	case DeviceNewMAC:
		return say(Nothing, "sending from the device's new MAC address %s", d.MAC)
	case DeviceNewState:
		return l.changed(d, now)
	case DeviceNewAddress:
		if !kernel {
			return Step{Do: Readdress}
		}
	}
	return Step{}
}

// awaited reports whether the event may end the waiting. The kernel looks at the device's address only when its name is
// new; addresses of IP it never looks at again.
func (l *Life) awaited(e DeviceEvent) bool {
	switch e {
	case DeviceRegistered, DeviceRenamed:
		return true
	case DeviceNewMAC:
		return l.Policy == Helpful
	case DeviceNewAddress:
		return l.Policy == Helpful && l.lacks == NoAddress
	}
	return false
}

// changed looks at the state of the device.
func (l *Life) changed(d Device, now time.Time) Step {
	switch {
	case d.Ready() && l.state == Paused:
		l.be(Enabled, d.Name+" is ready again", now)
		return say(Wake, "network logging goes on, as %s", l.why)
	case d.Ready() || l.state == Paused && l.why == d.ails():
		return Step{}
	}
	l.be(Paused, d.ails(), now)
	if l.Policy == Kernel {
		return warn(Wake, "records are skipped, as %s", l.why)
	}
	return warn(Wake, "records wait, as %s", l.why)
}
