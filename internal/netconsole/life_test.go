package netconsole

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame"
)

var (
	noon  = time.Unix(43200, 0)
	ready = Device{Name: "eth0", MAC: frame.MAC{2}, Up: true, Carrier: true}
	down  = Device{Name: "eth0", MAC: frame.MAC{2}}
)

// at returns a life in a state, as it comes there.
func at(p Policy, s State) Life {
	l := Life{Policy: p}
	if s == Disabled {
		return l
	}
	l.Write(true, noon)
	l.Opened(ready, noon)
	switch s {
	case Paused:
		l.Happened(DeviceNewState, down, noon)
	case Waiting:
		l.Happened(DeviceUnregistered, ready, noon)
	}
	return l
}

// TestHappened tells every event in every state by both policies. What is not in the table changes nothing and asks for
// nothing.
func TestHappened(t *testing.T) {
	type key struct {
		p Policy
		s State
		e DeviceEvent
	}
	type then struct {
		s  State
		do Action
	}
	want := map[key]then{}
	for _, on := range []State{Enabled, Paused} {
		want[key{Kernel, on, DeviceUnregistered}] = then{Waiting, Close}
		want[key{Kernel, on, DeviceJoined}] = then{Disabled, Close}
		want[key{Kernel, on, DeviceReleased}] = then{Disabled, Close}
		want[key{Helpful, on, DeviceUnregistered}] = then{Waiting, Detach}
		want[key{Helpful, on, DeviceNewAddress}] = then{on, Readdress}
	}
	for _, p := range []Policy{Kernel, Helpful} {
		want[key{p, Paused, DeviceNewState}] = then{Enabled, Wake}
		want[key{p, Waiting, DeviceRegistered}] = then{Waiting, Open}
		want[key{p, Waiting, DeviceRenamed}] = then{Waiting, Open}
	}
	want[key{Helpful, Waiting, DeviceNewMAC}] = then{Waiting, Open}
	for _, p := range []Policy{Kernel, Helpful} {
		for _, s := range []State{Disabled, Enabled, Paused, Waiting} {
			for e := range deviceEvents {
				l := at(p, s)
				if l.State() != s {
					t.Fatalf("%v is not reached: %v", s, l.State())
				}
				step := l.Happened(e, ready, noon)
				got, wanted := then{l.State(), step.Do}, then{s, Nothing}
				if w, ok := want[key{p, s, e}]; ok {
					wanted = w
				}
				if got != wanted {
					t.Errorf("%v, %v, %v: %v and %v, want %v and %v", p, s, e, got.s, got.do, wanted.s, wanted.do)
				}
				why, _, _ := l.Why()
				if why == "" || l.State() != s && step.Log == "" {
					t.Errorf("%v, %v, %v: because %q, told %q", p, s, e, why, step.Log)
				}
			}
		}
	}
}

// TestWrite is corpus case cfs-enabled-values without its spellings.
func TestWrite(t *testing.T) {
	for _, c := range []struct {
		s   State
		on  bool
		do  Action
		err string
	}{
		{Disabled, true, Open, ""},
		{Disabled, false, Nothing, "network logging has already stopped"},
		{Enabled, true, Nothing, "network logging has already started"},
		{Paused, true, Nothing, "network logging has already started"},
		{Enabled, false, Close, ""},
		{Paused, false, Close, ""},
		{Waiting, true, Open, ""},
		{Waiting, false, Close, "network logging has already stopped"},
	} {
		for _, p := range []Policy{Kernel, Helpful} {
			l := at(p, c.s)
			step, err := l.Write(c.on, noon)
			if step.Do != c.do || fmt.Sprint(err) != c.err && (err != nil || c.err != "") {
				t.Errorf("%v, %v, %v: %v, %v", p, c.s, c.on, step, err)
			}
			if err != nil && !errors.Is(err, syscall.EINVAL) {
				t.Errorf("%v is not EINVAL", err)
			}
			if !c.on && l.State() != Disabled {
				t.Errorf("%v after 0 was written", l.State())
			}
		}
	}
}

// TestFailed: what a failure leads to, the first time and when a device is back.
func TestFailed(t *testing.T) {
	cause := errors.New("cause")
	for _, c := range []struct {
		p    Policy
		back bool
		f    Failure
		want State
		next bool // there is a time for the next try
	}{
		{Kernel, false, NoDevice, Disabled, false},
		{Kernel, false, NoAddress, Disabled, false},
		{Kernel, false, Other, Disabled, false},
		{Kernel, true, NoDevice, Disabled, false}, // never tried again
		{Kernel, true, Other, Disabled, false},
		{Helpful, false, NoDevice, Waiting, false},
		{Helpful, false, NoAddress, Waiting, false},
		{Helpful, false, Other, Disabled, false},
		{Helpful, true, NoDevice, Waiting, false},
		{Helpful, true, NoAddress, Waiting, false},
		{Helpful, true, Other, Waiting, true},
	} {
		l := at(c.p, Disabled)
		if c.back {
			l = at(c.p, Waiting)
			l.Happened(DeviceRegistered, ready, noon)
		} else {
			l.Write(true, noon)
		}
		if !l.Opening() {
			t.Fatalf("%+v: not opening", c)
		}
		step := l.Failed(c.f, cause, noon)
		_, next := l.Deadline()
		if why, _, _ := l.Why(); l.State() != c.want || next != c.next || why != "cause" || step.Log == "" || !step.Bad {
			t.Errorf("%+v: %v because %s, %+v, next %v", c, l.State(), why, step, next)
		}
	}
}

// TestRetries doubles the pauses up to a minute, and tells how often it tried.
func TestRetries(t *testing.T) {
	l := at(Helpful, Waiting)
	now := noon
	l.Happened(DeviceRegistered, ready, now)
	var pauses []int
	var last string
	for range 8 {
		last = l.Failed(Other, errors.New("busy"), now).Log
		next, ok := l.Deadline()
		if !ok {
			t.Fatal("no next try")
		}
		pauses = append(pauses, int(next.Sub(now).Seconds()))
		if s := l.Tick(next.Add(-1)); s.Do != Nothing {
			t.Error("tried too early")
		}
		if s := l.Tick(next); s.Do != Open {
			t.Fatalf("not tried: %v", s)
		}
		now = next
	}
	if got := fmt.Sprint(pauses); got != "[1 2 4 8 16 32 60 60]" {
		t.Errorf("pauses %s", got)
	}
	if want := "cannot resume, tried 8 times, again in 1m0s: busy"; last != want {
		t.Errorf("%q, want %q", last, want)
	}
	if s := l.Opened(ready, now); s.Log != "network logging resumed on interface eth0, having tried 8 times in vain" || l.State() != Enabled {
		t.Errorf("%+v, %v", s, l.State())
	}
	if _, ok := l.Deadline(); ok {
		t.Error("a try is planned for a target that has its device")
	}
}

// TestMeanwhile: what happens during a try leads to another one.
func TestMeanwhile(t *testing.T) {
	for _, first := range []bool{true, false} {
		l := at(Helpful, Waiting)
		if first {
			l = at(Helpful, Disabled)
			l.Write(true, noon)
		} else {
			l.Happened(DeviceRegistered, ready, noon)
		}
		if s := l.Happened(DeviceRegistered, ready, noon); s.Do != Nothing {
			t.Errorf("opened twice at once: %v", s)
		}
		if s := l.Failed(NoDevice, errors.New("gone"), noon); s.Do != Open {
			t.Errorf("first %v: %v", first, s)
		}
		if s := l.Failed(NoDevice, errors.New("gone"), noon); s.Do != Nothing || s.Log != "" {
			t.Errorf("first %v: the same reason again: %v", first, s)
		}
		if l.Happened(DeviceRegistered, ready, noon); !l.Opening() {
			t.Error("not opening")
		}
	}
}

// TestWaitsForAddress: only who lacks one looks at addresses.
func TestWaitsForAddress(t *testing.T) {
	l := at(Helpful, Disabled)
	l.Write(true, noon)
	l.Failed(NoAddress, errors.New("none"), noon)
	if l.Lacks() != NoAddress {
		t.Error(l.Lacks())
	}
	if s := l.Happened(DeviceNewAddress, ready, noon); s.Do != Open {
		t.Errorf("%v", s)
	}
}

// TestOpenedDown: a device may be up and have no carrier.
func TestOpenedDown(t *testing.T) {
	l := at(Helpful, Disabled)
	l.Write(true, noon)
	s := l.Opened(Device{Name: "eth0", Up: true}, noon)
	if l.State() != Paused || s.Log != "network logging started on interface eth0, but eth0 has no carrier" {
		t.Errorf("%v, %q", l.State(), s.Log)
	}
	if s := l.Happened(DeviceNewState, down, noon); s.Log != "records wait, as eth0 is down" {
		t.Errorf("%q", s.Log)
	}
	if s := l.Happened(DeviceNewState, down, noon); s != (Step{}) {
		t.Errorf("the same again: %v", s)
	}
	if s := l.Ended(errors.New("the log is gone"), noon); s.Do != Close || l.State() != Disabled {
		t.Errorf("%v, %v", s, l.State())
	}
}
