package frame_test

import (
	"testing"

	"netkmsg/frame"
)

func TestParseTrafficClass(t *testing.T) {
	for _, c := range []struct {
		parse func(string) (uint8, error)
		good  map[string]uint8
		bad   []string
	}{
		{frame.ParseDSCP,
			map[string]uint8{"ef": 46, "EF": 46, "va": 44, "le": 1, "be": 0, "df": 0, "cs0": 0, "CS7": 56, "af11": 10, "af43": 38, "63": 63, "0x2e": 46},
			[]string{"", "64", "-1", "cs8", "cs", "cs10", "af10", "af44", "af51", "af1", "af111", "256", "1 "}},
		{frame.ParseECN,
			map[string]uint8{"not-ect": 0, "ect0": 2, "ECT1": 1, "ce": 3, "3": 3},
			[]string{"", "4", "ect", "ect2"}},
	} {
		for s, want := range c.good {
			if got, err := c.parse(s); got != want || err != nil {
				t.Errorf("%s: %d, %v; want %d", s, got, err, want)
			}
		}
		for _, s := range c.bad {
			if got, err := c.parse(s); err == nil {
				t.Errorf("%q is taken as %d", s, got)
			}
		}
	}
}
