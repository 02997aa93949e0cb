package kmsg

import "testing"

func TestBucket(t *testing.T) {
	var b bucket
	taken := ""
	for _, now := range []int64{0, 0, 0, 0, 9, 10, 10, 29, 30, 30, 30, 1000, 1000, 1000, 1000} {
		if b.take(now, 10, 3) {
			taken += "x"
		} else {
			taken += "."
		}
	}
	if want := "xxx..x.xx..xxx."; taken != want {
		t.Errorf("%s, want %s", taken, want)
	}
}
