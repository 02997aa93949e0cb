package netconsole

import (
	"fmt"

	"netkmsg/frame"
)

// A Device is what the life of a target depends on.
type Device struct {
	Name    string
	MAC     frame.MAC
	Up      bool   // administratively
	Carrier bool   // and ready to send
	Master  string // name of the bridge, bond or VRF that it is a port of
}

// Ready reports whether the device takes frames.
func (d Device) Ready() bool { return d.Up && d.Carrier }

func (d Device) ails() string {
	if !d.Up {
		return d.Name + " is down"
	}
	return d.Name + " has no carrier"
}

// A DeviceEvent is what happened to the device of a target, or, where the target waits, to one that it waits for.
type DeviceEvent int

const (
	DeviceRegistered   DeviceEvent = iota // it is there
	DeviceUnregistered                    // it was removed, or moved to another network namespace
	DeviceRenamed
	DeviceJoined     // it became a port of a master
	DeviceLeft       // it is no port any more
	DeviceReleased   // it has lost a port of its own
	DeviceNewMAC     // its hardware address changed
	DeviceNewState   // it went up or down, got or lost the carrier
	DeviceNewAddress // it has no longer the source address that was chosen, or has addresses where there were none to choose
	deviceEvents     // their number
)

func (e DeviceEvent) String() string {
	return [...]string{"registered", "unregistered", "renamed", "joined", "left", "released", "new MAC address", "new state", "new address"}[e]
}

// A Failure says why a device could not be made ready.
type Failure int

const (
	NoDevice  Failure = iota // there is none; an event will tell of it
	NoAddress                // it has no source address for the target; an event will tell of one
	Other                    // anything else
)

// An Action is what is to be done next.
type Action int

const (
	Nothing   Action = iota
	Open             // make the device ready, then call Opened or Failed
	Close            // end sending and leave the device
	Detach           // leave the device; records wait for the next one
	Readdress        // choose a source address anew
	Wake             // look at the state again
)

func (a Action) String() string {
	return [...]string{"nothing", "open", "close", "detach", "readdress", "wake"}[a]
}

// A Step is what follows from an event.
type Step struct {
	Do  Action
	Log string // what to tell; empty for nothing
	Bad bool   // it is no good news
}

func say(do Action, format string, args ...any) Step {
	return Step{Do: do, Log: fmt.Sprintf(format, args...)}
}

func warn(do Action, format string, args ...any) Step {
	return Step{do, fmt.Sprintf(format, args...), true}
}
