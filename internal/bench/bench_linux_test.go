package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/netdev/netns"
)

// TestMain makes the test binary its own child too, as the program is.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && tasks[os.Args[1]] != nil {
		main()
	}
	frametest.Main(m)
}

const aLog = "../../" + recorded

func setUp(t *testing.T) cable {
	frametest.Require(t, netns.Privileged(), "private network namespaces: root, or user namespaces")
	t.Setenv("GORACE", "atexit_sleep_ms=0") // or each child would take a second to end
	c, err := newCable()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRace lets everything that is measured run for a moment; that each sends as many frames as it should is race's
// own business.
func TestRace(t *testing.T) {
	c := setUp(t)
	all, absent := senders(t.TempDir())
	t.Run("others", func(t *testing.T) { frametest.Require(t, len(absent) == 0, strings.Join(absent, ", ")) })
	craft, absent, err := crafters(t.TempDir(), sample(182))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("others that craft", func(t *testing.T) { frametest.Require(t, len(absent) == 0, strings.Join(absent, ", ")) })
	for _, tt := range []struct {
		name string
		cs   []contender
		f    []byte
	}{
		{"182", all, sample(182)},
		{"1062", all, sample(1062)},
		{"craft", craft, sample(182)},
		{"log", pipelines(aLog), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := c.race(tt.cs, tt.f, 2, 200)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range rows {
				if r.name != tt.cs[i].name || len(r.cost) != 2 {
					t.Errorf("row %d: %q with %d rounds", i, r.name, len(r.cost))
				}
			}
		})
	}
}

func TestRaceErrors(t *testing.T) {
	c := setUp(t)
	lazy := ours("lazy", "read")
	lazy.command = pipelines(aLog)[0].command
	for _, tt := range []struct {
		k    contender
		f    []byte
		want string
	}{
		{lazy, sample(182), "lazy: the device was not given all frames: 1 were to be sent, it has taken 0"},
		{ours("long", "batch"), make([]byte, 2000), "long: exit status 1: bench: 0 of a batch sent: send on eth0: frame of 2000 bytes: message too long"},
		{pipelines("nothing.kmsg")[0], nil, "read alone: exit status 1: bench: open nothing.kmsg: no such file"},
	} {
		if _, err := c.race([]contender{tt.k}, tt.f, 1, 100); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%v, want %s…", err, tt.want)
		}
	}
}

// TestRaceHasty asks again one that sends nothing every other time, and gives up on one that never does.
func TestRaceHasty(t *testing.T) {
	c := setUp(t)
	good, lazy := ours("hasty", "batch"), pipelines(aLog)[0].command
	asked := 0
	hasty := good
	hasty.hasty = true
	hasty.command = func(f []byte, n int) *exec.Cmd {
		if asked++; asked%2 == 1 {
			return lazy(f, n)
		}
		return good.command(f, n)
	}
	if _, err := c.race([]contender{hasty}, sample(182), 1, 100); err != nil || asked != 4 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	hasty.command = lazy
	if _, err := c.race([]contender{hasty}, sample(182), 1, 100); !errors.Is(err, errCount) {
		t.Errorf("sends nothing: %v", err)
	}
}

func TestSample(t *testing.T) {
	for _, size := range []int{62, 182, 1062} {
		f, err := frame.Parse(sample(size))
		if err != nil || f.Target.MAC != nobody || len(f.Payload) != size-template().HeaderLen() {
			t.Errorf("%d bytes: %+v, %v", size, f, err)
		}
	}
}

// TestAgain reads a log of 333 records up to its end and beyond.
func TestAgain(t *testing.T) {
	for _, n := range []int{0, 1, 333, 334, 1000} {
		a, err := newAgain(aLog, n)
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for {
			_, ok, err := a.TryNext()
			if !ok && err == nil {
				_, err = a.Next()
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got++
		}
		if got != n {
			t.Errorf("%d records, want %d", got, n)
		}
		a.Close()
	}
}

func TestAgainEmpty(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := read(path, 5); err == nil || err.Error() != "read "+path+": it has no records" {
		t.Errorf("5 records of an empty log: %v", err)
	}
}

// TestEvenness counts: how even the gaps are is for the benchmark to say.
func TestEvenness(t *testing.T) {
	if err := setUp(t).evenness(1); err != nil {
		t.Fatal(err)
	}
}

func TestGaps(t *testing.T) {
	at := time.Unix(1000, 0)
	got := gaps([]time.Time{at, at.Add(3), at.Add(4), at.Add(9)})
	if want := []time.Duration{1, 3, 5}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestStarts has a program arrive, and asks two that send nothing.
func TestStarts(t *testing.T) {
	c := setUp(t)
	rows, err := c.starts([]contender{ours("good", "live")}, 2)
	if err != nil || len(rows) != 1 || len(rows[0].cost) != 2 || rows[0].cost.median() <= 0 {
		t.Errorf("%+v, %v", rows, err)
	}
	for _, tt := range []struct {
		k    contender
		want string
	}{
		{pipelines(aLog)[0], "read alone: receive from eth0: i/o timeout"},
		{pipelines("nothing.kmsg")[0], "read alone: exit status 1: bench: open nothing.kmsg: no such file"},
	} {
		if _, err := c.starts([]contender{tt.k}, 1); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%v, want %s…", err, tt.want)
		}
	}
}

// TestStarters has those that are here send a frame each.
func TestStarters(t *testing.T) {
	c := setUp(t)
	cs, absent := starters(t.TempDir(), "../../build")
	t.Run("all", func(t *testing.T) { frametest.Require(t, len(absent) == 0, strings.Join(absent, ", ")) })
	if len(cs) == 0 {
		return
	}
	if rows, err := c.starts(cs, 1); err != nil || len(rows) != len(cs) {
		t.Errorf("%+v, %v", rows, err)
	}
}
