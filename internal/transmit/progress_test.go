package transmit

import (
	"testing"
	"time"
)

func TestLine(t *testing.T) {
	refused := []Refusal{{Reason: NoRoom, Count: 1200}, {Reason: TooLong, Count: 3}}
	for _, c := range []struct {
		counts Counts
		total  uint64
		width  int
		want   string
	}{
		{Counts{}, 0, 80, "0 frames"},
		{Counts{Offered: 1000, Accepted: 1000, Bytes: 182000, Elapsed: time.Second}, 0, 80, "1,000 frames  1.00 k/s  1.46 Mbit/s"},
		{Counts{Offered: 250000, Accepted: 250000, Bytes: 45500000, Elapsed: 2 * time.Second}, 1000000, 80,
			"250,000 of 1,000,000 frames  125 k/s  182 Mbit/s  6s left"},
		{Counts{Offered: 11203, Accepted: 10000, Bytes: 600000, Elapsed: time.Second, Refused: refused}, 22406, 100,
			"10,000 of 22,406 frames  10.0 k/s  4.80 Mbit/s  1,200 refused: no room  3 refused: too long  1s left"},
		{Counts{Offered: 11203, Accepted: 10000, Bytes: 600000, Elapsed: time.Second, Refused: refused}, 22406, 50,
			"10,000 of 22,406 frames  10.0 k/s  4.80 Mbit/s"},
		{Counts{Offered: 3, Accepted: 3, Bytes: 180, Elapsed: 2 * time.Second}, 3, 80, "3 of 3 frames  1.50 /s  720 bit/s"},
	} {
		if got := c.counts.Line(c.total, c.width); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}
