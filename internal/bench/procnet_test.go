package main

import "testing"

const procNetDev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:       1       2    3    4    5     6          7         8        9      10   11   12   13    14      15         16
  eth0:       0       0    0    0    0     0          0         0  3640000   20000    0   17    0     0       0          0
eth01:90 1 0 0 0 0 0 0 180 2 0 0 0 0 0 0
  bad0:       0       0    0    0    0     0          0         0        0     many    0    0    0     0       0          0
  cut0:       0       0
`

func TestTransmitted(t *testing.T) {
	for _, tt := range []struct {
		dev  string
		want int
		ok   bool
	}{
		{"eth0", 20017, true},
		{"eth01", 2, true},
		{"lo", 22, true},
		{"eth", 0, false},
		{"bad0", 0, false},
		{"cut0", 0, false},
		{"", 0, false},
	} {
		if n, ok := transmitted(procNetDev, tt.dev); ok != tt.ok || ok && n != tt.want {
			t.Errorf("%q: %d, %v; want %d, %v", tt.dev, n, ok, tt.want, tt.ok)
		}
	}
}
