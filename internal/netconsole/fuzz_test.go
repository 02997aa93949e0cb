package netconsole

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// FuzzParse wants of any line: a target that is written out is read again as the same, and a fault lies inside the line,
// has a reason, and is drawn in plain characters with its mark in the picture.
func FuzzParse(f *testing.F) {
	for _, name := range []string{goldenFile, "testdata/kernel_verdicts.txt"} {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, row := range strings.Split(string(file), "\n") {
			quoted, _, _ := strings.Cut(strings.TrimPrefix(row, "== "), "\t")
			if line, err := strconv.Unquote(quoted); err == nil && len(line) < 300 {
				f.Add(line)
			}
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		targets, err := Parse(line)
		if err == nil {
			all := ""
			for i, target := range targets {
				again, err := Parse(target.String())
				if err != nil || len(again) != 1 || again[0] != target {
					t.Errorf("%q: %+v is written %q and read %+v, %v", line, target, target, again, err)
				}
				if i > 0 {
					all += ";"
				}
				all += target.String()
			}
			if again, err := Parse(all); len(all) <= MaxLine && (err != nil || len(again) != len(targets)) {
				t.Errorf("%q: written together %q: %v", line, all, err)
			}
			return
		}
		last := -1
		for _, e := range err.(SyntaxErrors) {
			if e.Line != line || e.Offset <= last || e.Len < 0 || e.Offset+e.Len > len(line) || e.Msg == "" {
				t.Errorf("%q: %+v", line, *e)
			}
			last = e.Offset
			text, mark := e.draw()
			if len(mark) > len(text)+1 || !strings.HasSuffix(mark, "^") {
				t.Errorf("%q:\n%s\n%s", line, text, mark)
			}
		}
		detail := err.(SyntaxErrors).Detail()
		if i := strings.IndexFunc(strings.ReplaceAll(detail, "\n", ""), func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q is not plain at %d", detail, i)
		}
	})
}

func FuzzFromCmdline(f *testing.F) {
	for _, s := range []string{"", `a "b c" netconsole="@/,@fe80::2/" -- x`, `netconsole=a" "b`, `"netconsole=x y"`, "--"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cmdline string) {
		line, found := FromCmdline(cmdline)
		if found && !strings.Contains(cmdline, line) || !found && line != "" {
			t.Errorf("%q: %q, %v", cmdline, line, found)
		}
		if again, ok := FromCmdline("quiet " + cmdline); again != line || ok != found {
			t.Errorf("%q: %q, %v behind another parameter", cmdline, again, ok)
		}
	})
}
