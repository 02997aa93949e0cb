package transmit

import (
	"fmt"
	"strconv"
	"strings"
)

// A Rate is how fast frames leave. The zero value is as fast as possible.
type Rate struct {
	Frames float64 // a second; or
	Bits   float64 // a second, of whole frames from the destination MAC address on
}

// ParseRate reads max, frames a second as 1000/s, or bits a second as 10Mbit/s.
// k, M and G stand for 10³, 10⁶ and 10⁹; the number may have a fraction.
func ParseRate(s string) (Rate, error) {
	if s == "max" {
		return Rate{}, nil
	}
	body, bits := strings.CutSuffix(s, "bit/s")
	body, frames := strings.CutSuffix(body, "/s")
	if bits == frames {
		return Rate{}, rateError(s)
	}
	scale := 1.0
	for unit, x := range map[string]float64{"k": 1e3, "M": 1e6, "G": 1e9} {
		if b, ok := strings.CutSuffix(body, unit); ok {
			body, scale = b, x
			break
		}
	}
	if strings.Trim(body, "0123456789.") != "" {
		return Rate{}, rateError(s)
	}
	v, err := strconv.ParseFloat(body, 64)
	if v *= scale; err != nil || v < 1e-6 || v > 1e12 {
		return Rate{}, rateError(s)
	}
	if bits {
		return Rate{Bits: v}, nil
	}
	return Rate{Frames: v}, nil
}

func rateError(s string) error {
	return fmt.Errorf("rate %q: want frames a second as in 1000/s or 2.5k/s, bits a second as in 10Mbit/s, or max", s)
}

// IsMax reports whether frames are to leave as fast as possible.
func (r Rate) IsMax() bool { return r == Rate{} }

// String returns the rate as ParseRate reads it.
func (r Rate) String() string {
	switch {
	case r.IsMax():
		return "max"
	case r.Bits > 0:
		return scaled(r.Bits) + "bit/s"
	}
	return scaled(r.Frames) + "/s"
}

func scaled(v float64) string {
	unit := ""
	for _, u := range []string{"k", "M", "G"} {
		if v < 1000 {
			break
		}
		v, unit = v/1000, u
	}
	return strconv.FormatFloat(v, 'f', -1, 64) + unit
}
