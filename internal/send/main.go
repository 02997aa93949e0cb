package send

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"netkmsg/internal/logline"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/option"
	"netkmsg/internal/version"
)

// own are the flags that the rescue binary alone has.
type own struct{ brief, cmdline, help, version bool }

func flags(o *Options, w *own) *option.Set {
	var f option.Set
	o.Register(&f)
	f.LetterVar(&w.brief, 'h')
	f.BoolVar(&w.cmdline, "cmdline", false, "send in the background, to netkmsg= or netconsole= of /proc/cmdline, with netkmsg.flags=; without them do nothing")
	f.BoolVar(&w.help, "help", false, "all flags, explained")
	f.BoolVar(&w.version, "version", false, "print the version")
	return &f
}

// Flags are those of the rescue binary, for its documentation.
func Flags() *option.Set { return flags(new(Options), new(own)) }

// Main is the command on its own, without captures, as the rescue binary has
// it. It returns the exit status.
func Main(ctx context.Context, args []string, st Streams) int {
	name := filepath.Base(args[0])
	var o Options
	var w own
	config, err := flags(&o, &w).Parse(args[1:])
	switch {
	case err != nil:
		return Report(st, Usage(fmt.Errorf("%w (%s -h helps)", err, name)))
	case w.help:
		fmt.Fprint(st.Out, Help(name, Flags().Help(80))) // with the defaults, not with what was given
		return 0
	case w.brief || len(config) == 1 && config[0] == "help":
		fmt.Fprint(st.Out, Help(name, ""))
		return 0
	case w.version:
		fmt.Fprintln(st.Out, name, version.String())
		return 0
	case w.cmdline && len(config) > 0:
		return Report(st, usagef("--cmdline takes the targets from the kernel's command line: leave CONFIG out"))
	case w.cmdline:
		flags := slices.DeleteFunc(slices.Clone(args[1:]), func(s string) bool { return strings.HasPrefix(s, "--cmdline") })
		return Report(st, background(name, "/proc/cmdline", flags, st))
	}
	o.Config = config
	if len(config) > 0 && config[0] == "send" {
		o.Config = config[1:] // as netkmsg has it
	}
	return Report(st, RunUntilSignal(ctx, o, st, nil))
}

// RunUntilSignal is Run, drained by SIGINT or SIGTERM. A second signal ends
// the process at once. A reader of our output that goes away does not: the log
// must get out all the same.
func RunUntilSignal(ctx context.Context, o Options, st Streams, capture func(logline.Log) (Capture, error)) error {
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	return Run(ctx, o, st, capture)
}

// Report prints why a run failed and returns the exit status: 0 done,
// 1 failed, 2 usage.
func Report(st Streams, err error) int {
	if err == nil {
		return 0
	}
	msg := err.Error()
	var bad netconsole.SyntaxErrors
	if errors.As(err, &bad) {
		msg = bad.Detail()
	}
	fmt.Fprintf(st.Err, "netkmsg: %s\n", msg)
	if errors.Is(err, ErrUsage) {
		return 2
	}
	return 1
}
