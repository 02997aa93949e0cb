package send

import (
	"fmt"
	"net/netip"

	"netkmsg/internal/netconsole"
	"netkmsg/internal/netpoll"
)

// standIn takes the place of a device for frames that are only captured. What
// neither flags nor CONFIG tell is asked of the device, if there is one.
func (r *run) standIn(t *target) (netconsole.Port, netip.Addr, error) {
	local := t.LocalAddr
	if t.mac != nil && local.IsValid() {
		return netconsole.Discard(*t.mac), local, nil
	}
	link, chosen, err := netpoll.StandIn(t.Device, t.RemoteAddr, t.log)
	mac := link.MAC
	if t.mac != nil {
		mac = *t.mac
	} else if err != nil && link.Index == 0 {
		return nil, local, fmt.Errorf("no source MAC address: %w; give --source-mac", err)
	}
	switch {
	case local.IsValid():
	case chosen.IsValid():
		local = chosen
	case t.RemoteAddr.Is4():
		return nil, local, fmt.Errorf("no source address: %w; give --source-ip", err)
	default:
		local = mac.LinkLocal()
		t.log.Warn("no source address given, using the link-local one of the MAC address", "source", local)
	}
	return netconsole.Discard(mac), local, nil
}
