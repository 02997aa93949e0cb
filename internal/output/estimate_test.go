package output

import (
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	var c clock
	boot := day.Add(-time.Hour)
	record := func(event, delay time.Duration) (time.Duration, time.Duration, bool) {
		at, off, known := c.estimate(boot.Add(event+delay), uint64(event/time.Microsecond), false)
		return at.Sub(boot.Add(event)), off, known
	}
	ms := time.Millisecond
	if late, _, known := record(time.Second, 50*ms); known || late != 50*ms {
		t.Errorf("first record: %v late, known %v", late, known)
	}
	if late, _, known := record(2*time.Second, 2*ms); !known || late != 2*ms {
		t.Errorf("quicker record: %v late, known %v", late, known)
	}
	for i := range 1000 {
		late, off, _ := record(time.Duration(3000+i)*ms, time.Duration(2+i%5)*ms)
		if late != 2*ms {
			t.Fatalf("%v late, want the least delay", late)
		}
		if i > 500 && (off < ms || off > 4*ms) {
			t.Fatalf("off by %v, delays spread by 0 to 4 ms", off)
		}
	}
	// The sender's clock loses 50 ppm.
	for s := range 24 * 3600 {
		event := time.Duration(s+10) * time.Second
		drifted := event - event/20_000
		at, off, _ := c.estimate(boot.Add(event), uint64(drifted/time.Microsecond), false)
		if wrong := boot.Add(event).Sub(at); wrong < 0 || wrong > 100*ms {
			t.Fatalf("after %v: off by %v, said %v", event, wrong, off)
		}
	}
	// It boots anew.
	at, _, known := c.estimate(boot.Add(30*time.Hour), 5, false)
	if known || !at.Equal(boot.Add(30*time.Hour)) {
		t.Errorf("after a reboot: %v, %v", at, known)
	}
	// Late records are of this boot.
	c.estimate(boot.Add(30*time.Hour+9*time.Second), 9_000_000, false)
	if _, _, known := c.estimate(boot.Add(30*time.Hour+9*time.Second), 6, true); !known {
		t.Error("a late record is taken for a reboot")
	}
	if _, _, known := c.estimate(day, 1<<62, false); known {
		t.Error("a time stamp of 146,000 years")
	}
}
