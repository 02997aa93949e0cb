package cli_test

import (
	"strings"
	"testing"
	"time"

	"netkmsg/frame/frametest"
)

// TestRate: everything arrives, in order, and no sooner than the rate lets it;
// two targets share it.
func TestRate(t *testing.T) {
	p := frametest.NewPair(t)
	got := p.B.Capture(t)
	const n = 150
	began := time.Now()
	c := netkmsg(t, p.A, "--rate", "1k/s", "--from", file(t, records(0, n)), toB+";+@fe80::a/,@fe80::c/").run(0)
	if least := (2*n - 100 - 1) * time.Millisecond; time.Since(began) < least {
		t.Errorf("took %v, not %v", time.Since(began), least)
	}
	arrive(t, got, 2*n)
	for _, target := range []string{"cmdline0", "cmdline1"} {
		if a := c.account(target); a.Sent != n || a.Dropped+a.Lost != 0 {
			t.Errorf("%+v", a)
		}
	}
}

func TestRateUsage(t *testing.T) {
	p := frametest.NewPair(t)
	for flags, want := range map[string]string{
		"--rate 10":                       `--rate "10": want frames a second as in 1000/s`,
		"--rate 10/s --no-wire --explain": "--rate and --no-wire exclude each other",
	} {
		c := netkmsg(t, p.A, append(strings.Fields(flags), "--from", file(t, records(0, 1)), toB)...).run(2)
		if !strings.Contains(c.diag.String(), want) {
			t.Errorf("%s: %s", flags, c.diag)
		}
	}
}
