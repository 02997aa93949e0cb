package cli

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"netkmsg/internal/option"
	"netkmsg/internal/send"
)

var commandLines = []string{
	"", "@/eth0,@fe80::2/", "-h", "--help", "-- --strict", "- --from -", "-x", "-hx", "--", "---", "--=",
	"--from f @/eth0,@fe80::2/ --loglevel=5 --wait", "--from", "--strict --from", "--to x", "--strict=no", "--strict=0",
	"--explain --explain=continue x", "--last-crash only", "--printk-time --printk-time=", "--stats 10s --stats=", "--stats often",
	"--ipv4-id 0x10 --ipv4-id 65536", "--userdata a=b --userdata=c=d,e", "--sysdata release,msgid --sysdata x --sysdata=", "--carrier-timeout -1s",
	"--Strict", "--stri", "--strict-", "--strict --", "--from --strict --strict",
}

// TestSameFlags gives command lines to pflag, by which netkmsg send understands them, and to netkmsg-rescue's own reader.
func TestSameFlags(t *testing.T) {
	for _, line := range commandLines {
		sameFlags(t, strings.Fields(line))
	}
}

func FuzzSameFlags(f *testing.F) {
	for _, line := range commandLines {
		f.Add(strings.ReplaceAll(line, " ", "\n"))
	}
	f.Fuzz(func(t *testing.T, lines string) {
		args := strings.Split(lines, "\n")
		for _, a := range args {
			letters := strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--")
			// pflag gives letters values, knows none that is not ASCII, and leaves go test's flags alone.
			if letters && strings.ContainsFunc(a, func(c rune) bool { return c == '=' || c > 127 }) ||
				strings.HasPrefix(a, "-test.") || strings.HasPrefix(a, "--brief-help") {
				return
			}
		}
		sameFlags(t, args)
	})
}

func sameFlags(t *testing.T, args []string) {
	t.Helper()
	var ours, theirs parsed
	var set option.Set
	ours.opts.Register(&set)
	set.LetterVar(&ours.brief, 'h')
	set.BoolVar(&ours.help, "help", false, "")
	ours.others, ours.err = set.Parse(args)

	f := pflag.NewFlagSet("send", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	var shared option.Set
	theirs.opts.Register(&shared)
	AddFlags(f, &shared)
	f.BoolVarP(&theirs.brief, "brief-help", "h", false, "")
	f.BoolVar(&theirs.help, "help", false, "")
	theirs.err = f.Parse(args)
	theirs.others = f.Args()

	if got, want := ours.String(), theirs.String(); got != want {
		t.Errorf("%q\nrescue %s\nsend   %s", args, got, want)
	}
}

// parsed is what became of a command line.
type parsed struct {
	opts        send.Options
	brief, help bool
	others      []string
	err         error
}

func (p parsed) String() string {
	return fmt.Sprintf("%+v %v %v %q %v", p.opts, p.brief, p.help, p.others, p.err)
}

// TestSameHelp has both list the same flags, each in lines of its own making.
func TestSameHelp(t *testing.T) {
	var o send.Options
	var set option.Set
	o.Register(&set)
	f := pflag.NewFlagSet("send", pflag.ContinueOnError)
	f.SortFlags = false
	AddFlags(f, &set)
	ours, theirs := strings.Fields(set.Help(80)), strings.Fields(f.FlagUsagesWrapped(80))
	if got, want := strings.Join(ours, " "), strings.Join(theirs, " "); got != want {
		t.Errorf("rescue %s\nsend   %s", got, want)
	}
}
