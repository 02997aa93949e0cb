package main

import (
	"slices"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		in   series
		want float64
	}{
		{nil, 0},
		{series{7}, 7},
		{series{9, 1}, 5},
		{series{9, 1, 2}, 2},
		{series{4, 1, 3, 2}, 2.5},
		{series{-1, 1000, 5, 6, 7}, 6},
	} {
		in := slices.Clone(tt.in)
		if got := tt.in.median(); got != tt.want {
			t.Errorf("median of %v: %v, want %v", tt.in, got, tt.want)
		}
		if !slices.Equal(in, tt.in) {
			t.Errorf("median put %v in order: the rounds are lost", in)
		}
	}
}

// TestOver has a disturbed round: it shows in neither ratio.
func TestOver(t *testing.T) {
	ref, s := series{100, 1000, 200}, series{150, 1500, 300}
	if got := s.over(ref); !slices.Equal(got, series{1.5, 1.5, 1.5}) {
		t.Errorf("%v over %v: %v", s, ref, got)
	}
	if got := ref.over(ref); got.median() != 1 {
		t.Errorf("a series over itself: %v", got)
	}
}
