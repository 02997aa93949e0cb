package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

func setUpReception(t *testing.T) cable {
	c := setUp(t)
	if err := c.address(); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestReceive lets every receiver run for a moment; that each receives all is receive's own business.
func TestReceive(t *testing.T) {
	c, dir := setUpReception(t), t.TempDir()
	all, absent := receivers(dir)
	absent = slices.DeleteFunc(absent, func(tool string) bool { return tool == "rsyslogd" }) // a guest
	t.Run("others", func(t *testing.T) { frametest.Require(t, len(absent) == 0, strings.Join(absent, ", ")) })
	for _, tr := range []traffic{basicTraffic, extendedTraffic, fragmentedTraffic} {
		for _, hosts := range []int{1, 10} {
			rows, err := c.receive(all, dir, tr, hosts, 1, 200)
			if err != nil {
				t.Fatalf("%s, %d hosts: %v", tr.name, hosts, err)
			}
			for i, r := range rows {
				if r.name != all[i].name || len(r.cost) != 1 {
					t.Errorf("row %d: %q with %d rounds", i, r.name, len(r.cost))
				}
			}
		}
	}
}

func TestSteady(t *testing.T) {
	c := setUpReception(t)
	s, err := c.steady(listening("json"), t.TempDir(), 500)
	if err != nil || s.sent != 500 || s.lost != 0 || s.shed != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestMemory(t *testing.T) {
	c := setUpReception(t)
	each, err := c.memory(listening("text"), t.TempDir())
	if err != nil || each <= 0 || each > 64<<10 { // the race detector takes its share
		t.Errorf("%d bytes a host, %v", each, err)
	}
}

func TestReceiveErrors(t *testing.T) {
	c := setUpReception(t)
	sh := func(name, script string) receiver {
		return receiver{name: name, command: func(string) *exec.Cmd { return exec.Command("sh", "-c", script) }}
	}
	for _, tt := range []struct {
		r    receiver
		want string
	}{
		{sh("deaf", "echo cannot >&2; exit 3"), "deaf: exit status 3: cannot"},
		{receiver{name: "idle", command: func(string) *exec.Cmd { return self("listen", "none", 0) }}, "idle: nothing was written: "},
	} {
		if _, err := c.receive([]receiver{tt.r}, t.TempDir(), basicTraffic, 1, 1, 100); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%v, want %s…", err, tt.want)
		}
	}
}

func TestSteadyTable(t *testing.T) {
	var b strings.Builder
	err := steadyTable(&b, []string{"a receiver"}, []steadiness{{sent: 1000, lost: 3, shed: 1, took: 10e6, cpu: 2e6}})
	const want = `
100000 extended datagrams a second, evenly, hosts sending: 1000
  a second  sent  lost  shed  CPU ns each
    100000  1000     3     1         2000  a receiver
`
	if err != nil || b.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, b.String(), want)
	}
}
