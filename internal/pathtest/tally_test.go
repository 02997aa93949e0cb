package pathtest

import (
	"testing"
	"time"
)

// TestTally: each case is what happens to records 1, 2, … (= answered, > lost
// there, < lost back, x refused), then to the query, and what is said of it.
func TestTally(t *testing.T) {
	tests := []struct {
		what, query string
		want        string
		arrived     int
	}{
		{"====", "", "arrived, round trip 1.0 ms (1.0 ms to 1.0 ms), 4 of 4", 4},
		{"=>==", "=", "arrived, round trip 1.0 ms (1.0 ms to 1.0 ms), 3 of 4; 1 lost on the way there", 3},
		{"=<==", "=", "arrived, round trip 1.0 ms (1.0 ms to 1.0 ms), 4 of 4; 1 answers lost on the way back", 4},
		{"<<><", "=", "arrived, 3 of 4; 1 lost on the way there; 3 answers lost on the way back", 3},
		{">>>>", "=", "did not arrive, 0 of 4; 4 lost on the way there", 0},
		{"=>=>", ">", "arrived, round trip 1.0 ms (1.0 ms to 1.0 ms), 2 of 4; of 2 records it is not known on which leg", 2},
		{"<=>>", ">", "arrived, round trip 1.0 ms (1.0 ms to 1.0 ms), 2 of 4; 1 answers lost on the way back; of 2 records it is not known on which leg", 2},
		{"=x==", "=", "arrived, round trip 1.0 ms (1.0 ms to 1.0 ms), 3 of 4; 1 refused by the device", 3},
		{"xx", "", "nothing was sent: 2 of 2 records refused", 0},
		{">", "<", "no answer to 1 record: lost on either leg, or nobody answers (run netkmsg listen --answer at the target; netkmsg check looks for the cause)", 0},
	}
	for _, tt := range tests {
		y := Tally{Nonce: nonce, Count: len(tt.what)}
		got := 0
		for i, c := range tt.what {
			y.Sent(i+1, start)
			switch c {
			case '=', '<':
				if got++; c == '=' {
					y.Receive(Seen{nonce, i + 1, got}, start.Add(time.Millisecond))
				}
			case 'x':
				y.Refused(i + 1)
			}
		}
		if tt.query != "" {
			y.Sent(0, start)
		}
		if tt.query == "=" {
			y.Receive(Seen{nonce, 0, got}, start)
		}
		r := y.Result()
		if r.Text() != tt.want || r.Arrived != tt.arrived {
			t.Errorf("%s %s: %d: %s\nwant %s", tt.what, tt.query, r.Arrived, r.Text(), tt.want)
		}
		if r.Exact && r.Sent != r.Answered+r.LostThere+r.LostBack {
			t.Errorf("%s %s: does not add up: %+v", tt.what, tt.query, r)
		}
	}
}

// TestTallyForeign: what is no answer to this test changes nothing.
func TestTallyForeign(t *testing.T) {
	y := Tally{Nonce: nonce, Count: 3}
	y.Sent(1, start)
	for _, s := range []Seen{{Nonce{}, 1, 1}, {nonce, 2, 1}, {nonce, 0, 1}, {nonce, 1, 4}} {
		y.Receive(s, start)
	}
	if r := y.Result(); r.Heard || r.Arrived != 0 {
		t.Errorf("%+v", r)
	}
	y.Receive(Seen{nonce, 1, 1}, start.Add(-time.Second)) // the clock was set
	y.Receive(Seen{nonce, 1, 1}, start.Add(time.Second))  // a repeated answer
	if r := y.Result(); r.Answered != 1 || r.Max != 0 {
		t.Errorf("%+v", r)
	}
}

// TestTallyKernel: what the kernel's log never had was not lost on the way.
func TestTallyKernel(t *testing.T) {
	y := Tally{Nonce: nonce, Count: 12, kernel: true, readBack: 10}
	for n := 1; n <= 12; n++ {
		y.Sent(n, start)
		if n <= 10 {
			y.Receive(Seen{nonce, n, n}, start.Add(time.Millisecond))
		}
	}
	y.Sent(0, start)
	y.Receive(Seen{nonce, 0, 10}, start)
	const want = "arrived, round trip 1.0 ms (1.0 ms to 1.0 ms), 10 of 12; only 10 of 12 are in the kernel's log (from one writer it takes 10 in 5 seconds: printk.devkmsg)"
	if r := y.Result(); r.Text() != want || r.LostThere != 0 {
		t.Errorf("%+v\n%s", r, r.Text())
	}
}

func TestCheckSysRq(t *testing.T) {
	for _, tt := range []struct {
		key       string
		force, ok bool
	}{
		{"h", false, true}, {"w", false, true}, {"c", false, false}, {"c", true, true},
		{"", true, false}, {"hh", true, false}, {"_", true, false}, {"H", true, false},
	} {
		if err := CheckSysRq(tt.key, tt.force); (err == nil) != tt.ok {
			t.Errorf("%q, %v: %v", tt.key, tt.force, err)
		}
	}
}

// TestTallyTrips: one slow answer does not hide how fast the others are.
func TestTallyTrips(t *testing.T) {
	y := Tally{Nonce: nonce, Count: 5}
	for i, ms := range []time.Duration{3, 900, 1, 2, 4} {
		y.Sent(i+1, start)
		y.Receive(Seen{nonce, i + 1, i + 1}, start.Add(ms*time.Millisecond))
	}
	r := y.Result()
	if want := "arrived, round trip 3.0 ms (1.0 ms to 900.0 ms), 5 of 5"; r.Text() != want {
		t.Errorf("%s\nwant %s", r.Text(), want)
	}
	if r.Min != 1 || r.Median != 3 || r.Max != 900 {
		t.Errorf("%+v", r)
	}
}
