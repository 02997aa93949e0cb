package cli_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"netkmsg/internal/cli"
	"netkmsg/internal/send"
)

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
		screen(t, name+"-help.golden", out.String())
	}
}
