package send

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"netkmsg/internal/option"
)

// TestHelpFits counts: a rescue shell has 80 columns and 24 lines, and the
// prompt takes one of them.
func TestHelpFits(t *testing.T) {
	for _, name := range []string{"netkmsg send", "netkmsg-rescue"} {
		s := Help(name, "")
		if n := strings.Count(s, "\n"); n > 23 || !strings.HasSuffix(s, "\n") {
			t.Errorf("%s -h has %d lines, want 23 at most", name, n)
		}
		for i, line := range strings.Split(s, "\n") {
			if n := utf8.RuneCountInString(line); n > 80 {
				t.Errorf("%s -h: line %d has %d columns, want 80 at most: %s", name, i+1, n, line)
			}
		}
		if strings.Contains(s, "NAME") || strings.Count(s, name+" ") < 4 {
			t.Errorf("%s -h does not call it by its name:\n%s", name, s)
		}
	}
}

// TestHelpExamples takes the three examples from the help and parses them.
func TestHelpExamples(t *testing.T) {
	n := 0
	for line := range strings.Lines(Help("netkmsg send", "")) {
		_, args, ok := strings.Cut(strings.TrimSpace(line), "netkmsg send ")
		if !ok || !strings.HasPrefix(line, "  ") || !strings.Contains(args, "@") || strings.Contains(args, "CONFIG") {
			continue
		}
		n++
		var o Options
		var f option.Set
		o.Register(&f)
		var err error
		if o.Config, err = f.Parse(strings.Fields(args)); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if _, err := o.targets(); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if n != 3 {
		t.Errorf("%d examples, want 3", n)
	}
}

func TestHelpFull(t *testing.T) {
	status, out, diag := command(context.Background(), nil, "--help")
	if status != 0 || diag != "" {
		t.Errorf("exit status %d\n%s", status, diag)
	}
	golden(t, "help.golden", out)
	for i, line := range strings.Split(out, "\n") {
		if n := utf8.RuneCountInString(line); n > 80 {
			t.Errorf("line %d has %d columns, want 80 at most: %s", i+1, n, line)
		}
	}
}

func TestHelpShort(t *testing.T) {
	status, out, _ := command(context.Background(), nil, "-h")
	if want := Help("netkmsg-rescue", ""); out != want || status != 0 {
		t.Errorf("exit status %d\n%s", status, out)
	}
}

func TestVersion(t *testing.T) {
	status, out, _ := command(context.Background(), nil, "--version")
	if f := strings.Fields(out); status != 0 || len(f) != 2 || f[0] != "netkmsg-rescue" {
		t.Errorf("exit status %d, %q, want name and version", status, out)
	}
}
