package main

import "testing"

func TestResident(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want int
		ok   bool
	}{
		{"Name:\tnetkmsg\nVmHWM:\t   99999 kB\nVmRSS:\t   12345 kB\nRssAnon:\t    1 kB\n", 12345 << 10, true},
		{"VmRSS:\t0 kB\n", 0, true},
		{"VmRSS:\t12345 MB\n", 0, false},
		{"VmRSS:\tmany kB\n", 0, false},
		{"Name:\tVmRSS: 1 kB\n", 0, false},
		{"", 0, false},
	} {
		if n, err := resident(tt.in); (err == nil) != tt.ok || tt.ok && n != tt.want {
			t.Errorf("%q: %d, %v; want %d, %v", tt.in, n, err, tt.want, tt.ok)
		}
	}
}

func TestLogged(t *testing.T) {
	const log = "level=INFO msg=\"account so far\" datagrams=1 shed=2\nlevel=INFO msg=account datagrams=30 reshed=9 shed=4\nlevel=INFO msg=end\n"
	for _, tt := range []struct {
		key  string
		want int
		ok   bool
	}{
		{"datagrams", 30, true},
		{"shed", 4, true},
		{"reshed", 9, true},
		{"msg", 0, false},
		{"grams", 0, false},
		{"overflow", 0, false},
	} {
		if n, err := logged(log, tt.key); (err == nil) != tt.ok || n != tt.want {
			t.Errorf("%s: %d, %v; want %d, %v", tt.key, n, err, tt.want, tt.ok)
		}
	}
}
