package netdev

import "slices"

// A ChangeKind says what happened to a device.
type ChangeKind int

const (
	Gone     ChangeKind = iota // it was unregistered, or moved to another namespace
	Appeared                   // it was registered here, or moved here
	Renamed                    // it has another name
	Joined                     // it became a port of a master (a bridge, a bond, a VRF)
	Left                       // it is no port any more
	Released                   // a device that was its port has left (NETDEV_RELEASE goes to the master)
	NewMAC                     // its hardware address is another
	StateNew                   // Up or Carrier is another
)

// A Change is one thing that happened to a device. Old is the zero Link for a device that appeared, New for one that is
// gone.
type Change struct {
	Kind     ChangeKind
	Old, New Link
}

// Changes returns what must have happened between two answers of Links. A device that went and came back in between has
// another index, and so is gone and appeared; what else was done and undone in between is not seen. Devices that went come
// first, then changes of those that stayed, in the order of old, and then those that came.
func Changes(old, now []Link) []Change {
	at := make(map[int]Link, len(now))
	for _, l := range now {
		at[l.Index] = l
	}
	var gone, same []Change
	for _, o := range old {
		n, ok := at[o.Index]
		if !ok {
			gone = append(gone, Change{Gone, o, Link{}})
		} else {
			same = append(same, compare(o, n)...)
		}
		delete(at, o.Index)
		if o.Master != 0 && n.Master != o.Master {
			if m := slices.IndexFunc(now, func(l Link) bool { return l.Index == o.Master }); m >= 0 {
				same = append(same, Change{Released, now[m], now[m]})
			}
		}
	}
	all := append(gone, same...)
	for _, n := range now {
		if _, ok := at[n.Index]; ok {
			all = append(all, Change{Appeared, Link{}, n})
		}
	}
	return all
}

// compare returns what happened to one device.
func compare(o, n Link) []Change {
	var cs []Change
	add := func(is bool, k ChangeKind) {
		if is {
			cs = append(cs, Change{k, o, n})
		}
	}
	add(o.Name != n.Name, Renamed)
	add(o.MAC != n.MAC, NewMAC)
	add(o.Master != 0 && n.Master != o.Master, Left)
	add(n.Master != 0 && n.Master != o.Master, Joined)
	add(o.Up != n.Up || o.Carrier != n.Carrier, StateNew)
	return cs
}
