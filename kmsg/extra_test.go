package kmsg

import (
	"strings"
	"testing"
)

// TestExtra changes what is appended between records, as a target's files do
// while it is enabled (corpus cases ud-live, sd-all).
func TestExtra(t *testing.T) {
	f := newFormatter(t, Format{Extended: true})
	send := func(want string) {
		t.Helper()
		r, err := Parse([]byte("6,1,2,-;text\n"))
		if err != nil {
			t.Fatal(err)
		}
		f.Begin(r)
		got, ok := f.Next(nil)
		if _, more := f.Next(nil); !ok || more || string(got) != "6,1,2,-;text\n"+want {
			t.Errorf("got %q, want %q more", got, want)
		}
	}
	use := func(e Extra) {
		t.Helper()
		b, err := e.Block()
		if err != nil {
			t.Fatal(err)
		}
		f.Append(b)
	}
	send("")
	use(Extra{CPU: true, TaskName: true, SysRelease: "7.3.4", MsgID: true, Userdata: []Userdata{{"cpu", "99"}, {"off", ""}}})
	if !f.Wants() {
		t.Error("wants no origin")
	}
	f.Origin(3, "echo")
	send(" cpu=99\n cpu=3\n taskname=echo\n release=7.3.4\n msgid=1\n")
	send(" cpu=99\n release=7.3.4\n msgid=2\n") // nobody told the origin
	use(Extra{TaskName: true})
	f.Origin(0, "a name of more than 15")
	send(" taskname=a name of more \n")
	use(Extra{CPU: true, MsgID: true}) // the count has gone on from where it was
	f.Origin(0, "")
	send(" cpu=0\n msgid=3\n")
	f.SetMsgID(f.MsgID() + 6)
	send(" msgid=10\n")
	use(Extra{})
	if f.Wants() {
		t.Error("wants an origin")
	}
	send("")
}

func TestExtraRefused(t *testing.T) {
	for _, e := range []Extra{
		{SysRelease: "a b"},
		{SysRelease: strings.Repeat("x", 65)},
		{Userdata: []Userdata{{"", "x"}}},
	} {
		if _, err := e.Block(); err == nil {
			t.Errorf("%+v is accepted", e)
		}
	}
}

// TestExtraBasic: a basic target has no use for it.
func TestExtraBasic(t *testing.T) {
	f := newFormatter(t, Format{CPU: true, TaskName: true})
	if f.Wants() || f.Extended() {
		t.Error("a basic target wants an origin")
	}
}
