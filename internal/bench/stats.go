package main

import "slices"

// A series is what one contender cost, in nanoseconds of CPU time for each frame or record, round by round.
type series []float64

// median is the middle value, or the mean of the two in the middle; 0 of nothing.
func (s series) median() float64 {
	n := len(s)
	if n == 0 {
		return 0
	}
	o := slices.Sorted(slices.Values(s))
	return (o[(n-1)/2] + o[n/2]) / 2
}

// over divides each round's value by the reference's of the same round, when both met the same disturbances.
func (s series) over(ref series) series {
	var q series
	for i, v := range s {
		q = append(q, v/ref[i])
	}
	return q
}
