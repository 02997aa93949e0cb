package transmit

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Line describes the state of a run on one line of a terminal: what was sent
// of total frames (0: no end), how fast, what was refused, and the time left.
// Of a line that is too wide the end is left out.
func (c Counts) Line(total uint64, width int) string {
	parts := []string{grouped(c.Accepted) + " frames"}
	if total > 0 {
		parts[0] = fmt.Sprintf("%s of %s frames", grouped(c.Accepted), grouped(total))
	}
	if s := c.Elapsed.Seconds(); s > 0 {
		parts = append(parts, short(float64(c.Accepted)/s)+"/s", short(8*float64(c.Bytes)/s)+"bit/s")
	}
	for _, r := range c.Refused {
		parts = append(parts, fmt.Sprintf("%s refused: %s", grouped(r.Count), r.Reason))
	}
	if total > c.Offered && c.Offered > 0 {
		left := time.Duration(float64(c.Elapsed) / float64(c.Offered) * float64(total-c.Offered))
		parts = append(parts, left.Round(time.Second).String()+" left")
	}
	line := parts[0]
	for _, p := range parts[1:] {
		if len(line)+2+len(p) > width {
			break
		}
		line += "  " + p
	}
	return line
}

// grouped writes a number with a comma every three digits.
func grouped(n uint64) string {
	s := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// short writes a number with three significant digits and a unit.
func short(v float64) string {
	unit := ""
	for _, u := range []string{"k", "M", "G"} {
		if v < 999.5 {
			break
		}
		v, unit = v/1000, u
	}
	digits := 0
	for limit := 99.95; v < limit && digits < 2 && (v != float64(int64(v)) || unit != ""); limit /= 10 {
		digits++
	}
	return strconv.FormatFloat(v, 'f', digits, 64) + " " + unit
}
