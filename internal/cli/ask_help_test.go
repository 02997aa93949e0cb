package cli_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"netkmsg/internal/cli"
	"netkmsg/internal/send"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// TestAskHelp fits a terminal of 80 columns.
func TestAskHelp(t *testing.T) {
	for _, name := range []string{"resolve", "check"} {
		var out bytes.Buffer
		if status := cli.Main(context.Background(), []string{"netkmsg", name, "-h"}, send.Streams{Out: &out, Err: &out}); status != 0 {
			t.Errorf("%s -h: exit status %d", name, status)
		}
		for line := range strings.Lines(out.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("%s -h: %d columns: %s", name, n, line)
			}
		}
		file := "testdata/" + name + "-help.golden"
		if *update {
			if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if out.String() != string(want) {
			t.Errorf("%s (-update rewrites it)\ngot\n%s\nwant\n%s", file, &out, want)
		}
	}
}
