package send

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/pflag"

	"netkmsg/internal/logline"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/version"
)

// Main is the command on its own, without captures, as the rescue binary has
// it. It returns the exit status.
func Main(ctx context.Context, args []string, st Streams) int {
	name := filepath.Base(args[0])
	var o Options
	f := pflag.NewFlagSet(name, pflag.ContinueOnError)
	o.Register(f)
	brief := f.BoolP("brief-help", "h", false, "")
	help := f.Bool("help", false, "all flags, explained")
	vers := f.Bool("version", false, "print the version")
	_ = f.MarkHidden("brief-help")
	f.Usage = func() {}
	err := f.Parse(args[1:])
	switch {
	case err != nil:
		return Report(st, Usage(fmt.Errorf("%w (%s -h helps)", err, name)))
	case *brief || *help || f.NArg() == 1 && f.Arg(0) == "help":
		fmt.Fprint(st.Out, Help(name, f, *help))
		return 0
	case *vers:
		fmt.Fprintln(st.Out, name, version.String())
		return 0
	}
	o.Config = f.Args()
	if len(o.Config) > 0 && o.Config[0] == "send" {
		o.Config = o.Config[1:] // as netkmsg has it
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
