package netconsole

import (
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/errors.golden from the lines in it")

const goldenFile = "testdata/errors.golden"

// TestErrorsGolden compares the full messages for malformed lines. Each entry of the file is "== " and the quoted line,
// then what is printed. To add one, write its first line and run the test with -update.
func TestErrorsGolden(t *testing.T) {
	file, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	n := 0
	for _, l := range strings.SplitAfter(string(file), "\n") {
		if n == 0 && strings.HasPrefix(l, "#") {
			got.WriteString(l)
		}
		quoted, ok := strings.CutPrefix(strings.TrimSpace(l), "== ")
		if !ok {
			continue
		}
		line, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		n++
		got.WriteString("\n== " + quoted + "\n" + detail(t, line) + "\n")
	}
	if n < 60 {
		t.Errorf("%d malformed lines, want 60 at least", n)
	}
	if *update {
		if err := os.WriteFile(goldenFile, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	diff(t, got.String(), string(file))
}

func detail(t *testing.T, line string) string {
	t.Helper()
	ts, err := Parse(line)
	if err == nil {
		t.Errorf("%q is accepted: %v", line, ts)
		return "accepted"
	}
	return err.(SyntaxErrors).Detail()
}

// diff reports the first place where two texts differ.
func diff(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("line %d:\ngot  %s\nwant %s", i+1, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Fatalf("%d lines, want %d", len(g), len(w))
	}
}
