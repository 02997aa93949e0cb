package option

import "strings"

// Help lists the flags in two columns that take no more than width.
func (s *Set) Help(width int) string {
	var left, right []string
	most := 0
	for _, f := range s.flags {
		if f.Name != "" {
			l, r := f.help()
			left, right, most = append(left, l), append(right, r), max(most, len(l))
		}
	}
	var b strings.Builder
	indent := strings.Repeat(" ", most+2)
	for i, l := range left {
		b.WriteString(l + indent[len(l):])
		at := most + 2
		for n, w := range strings.Fields(right[i]) {
			if n > 0 && at+1+len(w) > width {
				b.WriteString("\n" + indent)
				at = most + 2
			}
			b.WriteString(" " + w)
			at += 1 + len(w)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// help is the flag and what it does.
func (f *Flag) help() (left, right string) {
	left, right = "      --"+f.Name, f.Usage
	if before, rest, ok := strings.Cut(f.Usage, "`"); ok {
		value, after, _ := strings.Cut(rest, "`")
		left += " " + value
		right = before + value + after
	}
	text := f.Value.Type() == "string"
	if bare := f.NoOptDefVal; bare != "" && text {
		left += `[="` + bare + `"]`
	} else if bare != "" && bare != "true" {
		left += "[=" + bare + "]"
	}
	if d := f.Value.String(); d != "" && text {
		right += ` (default "` + d + `")`
	} else if d != "" {
		right += " (default " + d + ")"
	}
	return left, right
}
