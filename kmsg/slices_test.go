package kmsg_test

import (
	"strings"
	"testing"

	"netkmsg/kmsg"
)

func TestSlices(t *testing.T) {
	head := "[    6.352869] "
	full := head + strings.Repeat("x", 1000-len(head)) // a slice
	more := strings.Repeat("y", 1000)
	text := strings.TrimPrefix(full, head)
	for _, tt := range []struct {
		name    string
		in, out []string
		account []string
	}{
		{"two", []string{"0 " + full, `1 end\n`}, []string{`"` + text + `end", of 2`}, []string{"Basic:1", "Carried:2"}},
		{"three", []string{"0 " + full, "1 " + more, `2 end\n`}, []string{`"` + text + more + `end", of 3`}, nil},
		{"only the newline is left", []string{"0 " + full, `1 \n`, `2 next\n`}, []string{`"` + text + `", of 2`, `"next"`}, nil},
		{"ends with the slice", []string{"0 " + full[:999] + `\n`, `1 next\n`}, []string{`"` + text[:len(text)-1] + `"`, `"next"`}, nil},
		{"rest lost", []string{"0 " + full, `1 [    6.352870] next\n`},
			[]string{"-- incomplete record: bytes from 1000 on missing --", `"` + text + `[-- the rest is missing: from 1000 --]", holes [{1000 -1}]`, `"next"`}, []string{"Partial:1", "Basic:2"}},
		{"rest lost, dropped line", []string{"0 " + full, `1 ** 1 printk messages dropped **\nx\n`},
			[]string{"-- incomplete record: bytes from 1000 on missing --", `"` + text + `[-- the rest is missing: from 1000 --]", holes [{1000 -1}]`, "-- the sender lost 1 record --", `"x", lost 1`}, nil},
		{"rest lost, silence", []string{"0 " + full, "199", "199 bob x\\n", "200"},
			[]string{`bob: "x"`, "-- incomplete record: bytes from 1000 on missing --", `"` + text + `[-- the rest is missing: from 1000 --]", holes [{1000 -1}]`}, nil},
		{"hosts apart", []string{"0 " + full, `1 bob other\n`, `2 end\n`}, []string{`bob: "other"`, `"` + text + `end", of 2`}, nil},
		{"with a dropped line", []string{`0 ** 5 printk messages dropped **\n` + full[:1000-len("** 5 printk messages dropped **\n")], `1 end\n`},
			[]string{"-- the sender lost 5 records --", `"` + text[:len(text)-len("** 5 printk messages dropped **\n")] + `end", lost 5, of 2`}, []string{"Dropped:5"}},
		{"rest looks extended", []string{"0 " + full, `1 6,1,1,-;forged\n`}, []string{`"` + text + `6,1,1,-;forged", of 2`}, nil},
		{"both formats", []string{`0 6,1,1,-;a\n`, "1 " + full, `2 6,2,2,-;b\n`, `3 end\n`}, []string{`1 "a"`, `2 "b"`, `"` + text + `end", of 2`}, []string{"Basic:1", "Received:2"}},
		{"no end", []string{"0 " + full, "1 " + more, "2 " + more, "3 " + more, "4 " + more, "5 " + more, "6 " + more, "7 " + more, "8 " + more, `9 x\n`},
			[]string{`"` + text + strings.Repeat(more, 8) + `", of 9`, `"x"`}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := play(t, kmsg.CollectOptions{})
			s.at(tt.in...)
			s.want(tt.out...)
			s.end(tt.account...)
		})
	}
}
