package output

import "time"

// stamper writes the time of day, and remembers the second: most records share
// it with the one before.
type stamper struct {
	zone   *time.Location
	second int64
	text   []byte // 15:04:05
	day    []byte // 2006-01-02
}

// set takes the time of the next entry and reports whether it is on another day
// than the last.
func (s *stamper) set(t time.Time) (newDay bool) {
	if s.text != nil && t.Unix() == s.second {
		return false
	}
	s.second = t.Unix()
	t = t.In(s.zone)
	s.text = t.AppendFormat(s.text[:0], time.TimeOnly)
	old := string(s.day)
	s.day = t.AppendFormat(s.day[:0], time.DateOnly)
	return old != string(s.day)
}

// append writes the time with milliseconds, cut off, not rounded.
func (s *stamper) append(dst []byte, t time.Time, date bool) []byte {
	if date {
		dst = append(append(dst, s.day...), ' ')
	}
	dst = append(append(dst, s.text...), '.')
	return appendDigits(dst, uint64(t.Nanosecond()/1e6), 3, '0')
}

// appendDigits appends v with at least width characters, pad in front.
func appendDigits(dst []byte, v uint64, width int, pad byte) []byte {
	var b [20]byte
	i := len(b)
	for v > 0 || i == len(b) {
		i--
		b[i] = byte('0' + v%10)
		v /= 10
	}
	for n := width - (len(b) - i); n > 0; n-- {
		dst = append(dst, pad)
	}
	return append(dst, b[i:]...)
}
