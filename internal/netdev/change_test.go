package netdev

import (
	"slices"
	"testing"

	"netkmsg/frame"
)

func TestChanges(t *testing.T) {
	a := Link{Index: 2, Name: "a", MAC: frame.MAC{2}, Up: true, Carrier: true}
	b := Link{Index: 3, Name: "b", Up: true}
	br := Link{Index: 4, Name: "br"}
	with := func(l Link, change func(*Link)) Link { change(&l); return l }
	port := with(a, func(l *Link) { l.Master, l.MasterName = 4, "br" })
	other := with(a, func(l *Link) { l.Master = 3 })
	again := with(a, func(l *Link) { l.Index = 9 })
	named := with(a, func(l *Link) { l.Name = "c" })
	mac := with(a, func(l *Link) { l.MAC = frame.MAC{4} })
	down := with(a, func(l *Link) { l.Up, l.Carrier = false, false })
	dead := with(a, func(l *Link) { l.Carrier = false })
	all := with(named, func(l *Link) { l.MAC, l.Up, l.Master = frame.MAC{4}, false, 4 })
	for _, c := range []struct {
		name     string
		old, now []Link
		want     []Change
	}{
		{"nothing", []Link{a, b}, []Link{b, a}, nil},
		{"first look", nil, []Link{a, b}, []Change{{Appeared, Link{}, a}, {Appeared, Link{}, b}}},
		{"gone", []Link{a, b}, []Link{b}, []Change{{Gone, a, Link{}}}},
		{"gone and back", []Link{a}, []Link{again}, []Change{{Gone, a, Link{}}, {Appeared, Link{}, again}}},
		{"renamed", []Link{a}, []Link{named}, []Change{{Renamed, a, named}}},
		{"names exchanged", []Link{a, b}, []Link{with(a, func(l *Link) { l.Name = "b" }), with(b, func(l *Link) { l.Name = "a" })},
			[]Change{{Renamed, a, with(a, func(l *Link) { l.Name = "b" })}, {Renamed, b, with(b, func(l *Link) { l.Name = "a" })}}},
		{"mac", []Link{a}, []Link{mac}, []Change{{NewMAC, a, mac}}},
		{"down", []Link{a}, []Link{down}, []Change{{StateNew, a, down}}},
		{"carrier lost", []Link{a}, []Link{dead}, []Change{{StateNew, a, dead}}},
		{"joined", []Link{a, br}, []Link{port, br}, []Change{{Joined, a, port}}},
		{"left", []Link{port, br}, []Link{a, br}, []Change{{Left, port, a}, {Released, br, br}}},
		{"from one to another", []Link{port, b, br}, []Link{other, b, br}, []Change{{Left, port, other}, {Joined, port, other}, {Released, br, br}}},
		{"port deleted", []Link{port, br}, []Link{br}, []Change{{Gone, port, Link{}}, {Released, br, br}}},
		{"master deleted", []Link{port, br}, []Link{a}, []Change{{Gone, br, Link{}}, {Left, port, a}}},
		{"all at once", []Link{a, br}, []Link{all, br}, []Change{{Renamed, a, all}, {NewMAC, a, all}, {Joined, a, all}, {StateNew, a, all}}},
	} {
		if got := Changes(c.old, c.now); !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.name, got, c.want)
		}
	}
}
