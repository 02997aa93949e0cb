package cli

import (
	"os"
	"strings"
	"testing"
	"time"

	"netkmsg/internal/transmit"
)

// TestProgress writes one line over another, none wider than the terminal is
// at that time, and takes it away.
func TestProgress(t *testing.T) {
	var s strings.Builder
	width := 80
	p := &progress{w: &s, width: func() int { return width }, total: 900}
	c := transmit.Counts{Offered: 250, Accepted: 250, Bytes: 25000, Elapsed: 2 * time.Second}
	p.clear() // nothing yet
	p.show(transmit.Counts{})
	p.show(c)
	width = 30
	p.show(c)
	width = 0 // it does not tell
	p.show(c)
	p.clear()
	const whole, erase = "250 of 900 frames  125 /s  100 kbit/s  5s left", "\r\x1b[K"
	if want := erase + whole + erase + "250 of 900 frames  125 /s" + erase + whole + erase; s.String() != want {
		t.Errorf("got  %q\nwant %q", s.String(), want)
	}
}

// TestProgressQuiet writes no line to what is not a terminal.
func TestProgressQuiet(t *testing.T) {
	var s strings.Builder
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range []*progress{newProgress(&s, 3), newProgress(f, 3)} {
		p.show(transmit.Counts{Accepted: 1, Elapsed: 1})
		p.clear()
	}
	if i, err := f.Stat(); err != nil || i.Size() > 0 || s.Len() > 0 {
		t.Errorf("%v bytes, %q, %v", i.Size(), &s, err)
	}
}

func TestAccount(t *testing.T) {
	for want, c := range map[string]transmit.Counts{
		"0 frames sent, 0 bytes": {},
		"1 frame sent, 75 bytes": {Offered: 1, Accepted: 1, Bytes: 75, Elapsed: 1},
		"2500 frames sent, 250000 bytes, in 500ms: 5k/s, 4Mbit/s, 20ms behind the rate asked for": {
			Offered: 2600, Accepted: 2500, Bytes: 250000, Elapsed: time.Second / 2, Late: 20 * time.Millisecond},
	} {
		if got := account(c); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
