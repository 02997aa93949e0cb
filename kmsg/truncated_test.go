package kmsg_test

import (
	"testing"
	"time"

	"netkmsg/kmsg"
)

func TestTruncated(t *testing.T) {
	for _, tt := range []struct {
		name, payload string
		size          int
		out           []string
	}{
		{"extended", "6,1,1,-;text", 20, []string{"-- datagram cut off after 12 bytes of 20 --", "-- incomplete record 1: bytes 4–11 of 12 missing --", `1 "text[-- 8 bytes missing: 4-11 --]", holes [{4 12}]`}},
		{"extended, size unknown", "6,1,1,-;text", 0, []string{"-- datagram cut off after 12 bytes --", "-- incomplete record 1: bytes from 4 on missing --", `1 "text[-- the rest is missing: from 4 --]", holes [{4 -1}]`}},
		{"basic", "text", 10, []string{"-- datagram cut off after 4 bytes of 10 --", "-- incomplete record: bytes 4–9 missing --", `"text[-- 6 bytes missing: 4-9 --]", holes [{4 10}]`}},
		{"malformed", "6,1,1,-,ncfrag=9/5;text", 30, []string{"-- datagram cut off after 23 bytes of 30 --", "-- malformed: fragment that begins behind its record's end --",
			"-- incomplete record 1: bytes 4–10 missing --", `"text[-- 7 bytes missing: 4-10 --]", malformed, holes [{4 11}]`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := play(t, kmsg.CollectOptions{})
			s.c.ReceiveTruncated(s.start, alice, []byte(tt.payload), tt.size)
			s.c.Advance(s.start)
			s.want(tt.out...)
			s.end("Truncated:1", "Partial:1", "Carried:1")
		})
	}
	t.Run("fragment", func(t *testing.T) {
		s := play(t, kmsg.CollectOptions{})
		s.c.ReceiveTruncated(s.start, alice, []byte("6,1,1,-,ncfrag=0/8;te"), 23)
		s.at(`1 6,1,1,-,ncfrag=4/8;end\n`)
		s.c.Advance(s.start.Add(2 * time.Second))
		s.want("-- datagram cut off after 21 bytes of 23 --", "-- incomplete record 1: bytes 2–3 of 8 missing --", `1 "te[-- 2 bytes missing: 2-3 --]end", holes [{2 4}], of 2`)
		s.end()
	})
	t.Run("the whole one comes too", func(t *testing.T) {
		s := play(t, kmsg.CollectOptions{})
		s.at(`0 6,1,1,-;a\n`)
		s.c.ReceiveTruncated(s.start, alice, []byte("6,3,3,-;te"), 13)
		s.at(`1 6,3,3,-;text\n`, `1 6,3,3,-;text\n`, `2 6,2,2,-;b\n`)
		s.want(`1 "a"`, "-- datagram cut off after 10 bytes of 13 --", `2 "b"`, `3 "text", of 2`)
		s.end("Carried:4", "Duplicate:1")
	})
}
