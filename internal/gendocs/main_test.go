package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"netkmsg/frame/frametest"
	"netkmsg/internal/cli"
	"netkmsg/internal/send"
)

// asCommand has the test binary be netkmsg, for shells to ask.
const asCommand = "NETKMSG_TEST_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) == "netkmsg" {
		os.Exit(cli.Main(context.Background(), os.Args, send.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
	}
	frametest.Main(m)
}

// written is the directory with all that is generated.
func written(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := run(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestPages looks for every flag of every command, with its whole explanation.
func TestPages(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	sets := map[string]*pflag.FlagSet{"netkmsg-rescue": rescueFlags()}
	for _, c := range cli.Command(send.Streams{}).Commands() {
		sets["netkmsg-"+c.Name()] = c.Flags()
	}
	if len(sets) < 13 {
		t.Fatalf("%d commands, want 13 at least", len(sets))
	}
	for name, set := range sets {
		text := strings.Join(strings.Fields(plain(string(files["man/"+name+".1"]))), " ")
		n := 0
		shown(set, func(f *pflag.Flag, what, usage string) {
			n++
			head := ".TP .B --" + f.Name
			if f.Shorthand != "" {
				head = ".TP .B -" + f.Shorthand + ", --" + f.Name
			}
			if !strings.Contains(text, strings.TrimSpace(head+" "+what)) || !strings.Contains(text, strings.Join(strings.Fields(usage), " ")) {
				t.Errorf("%s: not as it should be: %s %s: %s", name, head, what, usage)
			}
		})
		if got := strings.Count(text, ".TP"); got < n || got > n+1 { // cobra's --help is not among them
			t.Errorf("%s: %d flags, want %d", name, got, n)
		}
		for _, section := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "SEE ALSO"} {
			if strings.Count(text, ".SH "+section) != 1 {
				t.Errorf("%s: not one section %s", name, section)
			}
		}
	}
}

// plain undoes escape.
func plain(s string) string {
	return strings.NewReplacer(`\-`, "-", `\(aq`, "'", `\(ga`, "`", `\(ha`, "^", `\(ti`, "~", `\e`, `\`, `\&`, "").Replace(s)
}

func TestRoff(t *testing.T) {
	for _, tt := range []struct{ help, want string }{
		{"One\ntwo.", "One\ntwo.\n"},
		{".hidden\n'quoted", "\\&.hidden\n\\(aqquoted\n"},
		{"A \\ and a-b", "A \\e and a\\-b\n"},
		{"CONFIG  [+]\n  +  extended", ".nf\nCONFIG  [+]\n  +  extended\n.fi\n"},
		{"Examples\n  run x\n      for y", ".SH EXAMPLES\n.nf\nrun x\n    for y\n.fi\n"},
		{"Flags:\n  -a, --all         everything\n      --name NAME   what it\n                    is called", ".SH FLAGS\n.TP\n.B \\-a, \\-\\-all\neverything\n.TP\n.B \\-\\-name NAME\nwhat it\nis called\n"},
		{strings.Repeat("wide   ", 20), ".in 0\n.nf\n" + strings.Repeat("wide   ", 20) + "\n.fi\n.in\n"},
	} {
		_, got, _ := strings.Cut(string(page{Help: tt.help}.roff()), ".SH DESCRIPTION\n")
		if got, _, _ = strings.Cut(got, ".SH EXIT STATUS"); got != tt.want {
			t.Errorf("%q:\n%swant\n%s", tt.help, got, tt.want)
		}
	}
}

// TestMan has man read every page: it must have nothing to say.
func TestMan(t *testing.T) {
	man := frametest.RequireTool(t, "man")
	pages, _ := filepath.Glob(written(t) + "/man/*.1")
	if len(pages) < 14 {
		t.Fatalf("%d pages, want 14 at least", len(pages))
	}
	for _, p := range pages {
		cmd := exec.Command(man, "--warnings", "-E", "UTF-8", "-l", "-Tutf8", p)
		var out, diag bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &diag
		if err := cmd.Run(); err != nil || diag.Len() > 0 || out.Len() < 500 {
			t.Errorf("%s: %v\n%s", p, err, &diag)
		}
	}
}

func TestSame(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "86400")
	a, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	b, _ := generate()
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if !bytes.Equal(a[name], b[name]) {
			t.Errorf("%s differs from one run to the next", name)
		}
		if strings.HasSuffix(name, ".1") && !bytes.Contains(a[name], []byte(`"1970-01-02"`)) {
			t.Errorf("%s has not the date of SOURCE_DATE_EPOCH", name)
		}
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if _, err := generate(); err == nil || err.Error() != `SOURCE_DATE_EPOCH="yesterday": want seconds since 1970` {
		t.Error(err)
	}
}
