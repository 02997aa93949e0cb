package netconsole

import (
	"context"
	"strings"
	"testing"

	"netkmsg/kmsg"
)

// TestQuiet: a quiet sender tells of what the kernel tells: in the basic format of records that were overwritten.
func TestQuiet(t *testing.T) {
	lost := func() []kmsg.Record {
		rs := records(t, 4)
		rs[2].Lost = 3
		return rs
	}
	for _, c := range []struct {
		name            string
		extended, quiet bool
		marks           int // payloads that tell of a loss
	}{
		{"basic", false, false, 2},
		{"basic, quiet", false, true, 1},
		{"extended", true, false, 2},
		{"extended, quiet", true, true, 0},
	} {
		p := &fakePort{script: refuse(errFull, 1)}
		s := sender(t, &fakeSource{records: lost(), burst: 1}, p, kmsg.Format{Extended: c.extended})
		s.Quiet = c.quiet
		if err := s.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		marks := 0
		for _, payload := range p.payloads(t) {
			if strings.Contains(payload, "dropped **") || strings.Contains(payload, "NETKMSG_LOST") {
				marks++
			}
		}
		if n := s.Account.Counts(); marks != c.marks || n.Sent != 3 || n.Dropped != 1 || n.Lost != 3 {
			t.Errorf("%s: %d marks, want %d; %+v", c.name, marks, c.marks, n)
		}
	}
}

// TestBefore changes what records are sent with, between them, though they go out in one batch.
func TestBefore(t *testing.T) {
	p := &fakePort{}
	s := sender(t, &fakeSource{records: records(t, 3)}, p, kmsg.Format{Extended: true})
	other := sender(t, nil, nil, kmsg.Format{})
	s.Before = func(r kmsg.Record) {
		switch r.Seq {
		case 1:
			b, err := kmsg.Extra{MsgID: true}.Block()
			if err != nil {
				t.Fatal(err)
			}
			s.Format.Append(b)
		case 2:
			s.Format = other.Format
		}
	}
	if err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(p.payloads(t), "")
	if want := "6,0,0,-;record 0\n6,1,1000,-;record 1\n msgid=1\n[    0.002000] record 2\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestMiss(t *testing.T) {
	var a Account
	a.Miss(3)
	if c := a.Counts(); c.Read != 3 || c.Lost != 3 || c.InFlight() != 0 {
		t.Errorf("%+v", c)
	}
}

func TestParsePolicy(t *testing.T) {
	for _, p := range []Policy{Helpful, Kernel} {
		if got, err := ParsePolicy(p.String()); got != p || err != nil {
			t.Errorf("%v: %v, %v", p, got, err)
		}
	}
	if _, err := ParsePolicy("Kernel"); err == nil {
		t.Error("a policy that there is not")
	}
}
