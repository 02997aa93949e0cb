package cli

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"netkmsg/internal/logline"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/pathtest"
	"netkmsg/internal/send"
)

const testHelp = `Find out whether a log arrives: send numbered test records as netkmsg send does,
and count the answers of a netkmsg listen --answer at the target. Answers are
received on the device itself, so the host needs no address. If records are
lost, it says on which leg. The exit status is 0 if all arrived, or --at-least.

With --kmsg the records are written to the kernel's log, and what is tested is
whatever sends that to CONFIG: a running netkmsg send, or the kernel's
netconsole. --sysrq KEY presses a key of the kernel's before, such as h for help.`

const testExamples = `  netkmsg test @/eth0,@fe80::2/
  netkmsg test --count 1000 --interval 5ms --at-least 990 +@/eth0,@2001:db8::9/auto
  netkmsg test --kmsg --sysrq h @/eth0,@fe80::2/`

// testFlags are the settings of netkmsg test.
type testFlags struct {
	count, atLeast    int
	interval, timeout time.Duration
	kmsg, force, json bool
	sysrq             string
	level             int
}

func testCommand(st send.Streams) *cobra.Command {
	var o testFlags
	c := &cobra.Command{
		Use:     "test [flags] [[netconsole=]CONFIG]",
		Short:   "Send test records and say whether they arrive",
		Long:    testHelp,
		Example: testExamples,
		RunE: func(c *cobra.Command, args []string) error {
			given := c.Flags().Changed
			if err := o.check(given); err != nil {
				return err
			}
			targets, err := send.Targets(args)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(c.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			return o.run(ctx, st, targets)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.IntVar(&o.count, "count", 20, "send `N` records; 10 with --kmsg")
	f.DurationVar(&o.interval, "interval", 10*time.Millisecond, "`TIME` between two records")
	f.DurationVar(&o.timeout, "timeout", time.Second, "`TIME` to wait for the last answers")
	f.IntVar(&o.atLeast, "at-least", 0, "succeed if `N` records arrive, instead of all")
	f.BoolVar(&o.kmsg, "kmsg", false, "write the records to the kernel's log instead of sending them")
	f.IntVar(&o.level, "level", 6, "`LEVEL` of the records in the kernel's log, 0 to 7")
	f.StringVar(&o.sysrq, "sysrq", "", "press `KEY` through /proc/sysrq-trigger first; goes with --kmsg")
	f.BoolVar(&o.force, "force", false, "allow a KEY that does more than print")
	f.BoolVar(&o.json, "json", false, "print JSON")
	return c
}

func (o *testFlags) check(given func(string) bool) error {
	if o.kmsg && !given("count") {
		o.count = 10 // the kernel takes no more from one writer
	}
	if !given("at-least") {
		o.atLeast = o.count
	}
	switch {
	case o.count < 1 || o.count > pathtest.MaxCount:
		return send.Usage(fmt.Errorf("--count %d: want 1 to %d", o.count, pathtest.MaxCount))
	case o.atLeast < 1 || o.atLeast > o.count:
		return send.Usage(fmt.Errorf("--at-least %d: want 1 to %d, the number of records", o.atLeast, o.count))
	case o.interval < pathtest.MinInterval:
		return send.Usage(fmt.Errorf("--interval %v: want %v or more, which a receiver answers", o.interval, pathtest.MinInterval))
	case o.timeout <= 0:
		return send.Usage(fmt.Errorf("--timeout %v: want a time above 0", o.timeout))
	case o.level < 0 || o.level > 7:
		return send.Usage(fmt.Errorf("--level %d: want 0 to 7", o.level))
	case !o.kmsg && given("level"):
		return send.Usage(errors.New("--level is for --kmsg: records sent as frames pass no filter"))
	case !o.kmsg && o.sysrq != "":
		return send.Usage(errors.New("--sysrq is for --kmsg: what the key prints goes to the kernel's log"))
	case o.force && o.sysrq == "":
		return send.Usage(errors.New("--force is for --sysrq"))
	case o.sysrq != "":
		if err := pathtest.CheckSysRq(o.sysrq, o.force); err != nil {
			return send.Usage(err)
		}
	}
	return nil
}

func (o *testFlags) run(ctx context.Context, st send.Streams, targets []netconsole.Target) error {
	log, err := logline.New("text", st.Err)
	if err != nil {
		return err
	}
	var rs []pathtest.Result
	for _, t := range targets {
		f, err := send.Formatter(t)
		if err != nil {
			return err
		}
		p := pathtest.Options{Target: t, Count: o.count, Interval: o.interval, Timeout: o.timeout,
			Format: f, Uptime: send.Uptime, Log: log, Level: o.level}
		r, err := o.one(ctx, p)
		if err != nil {
			return err
		}
		rs = append(rs, r)
		if o.json {
			continue
		}
		text := r.Text()
		if len(targets) > 1 {
			text = r.Config + ": " + text
		}
		if _, err := fmt.Fprintln(st.Out, text); err != nil {
			return err
		}
	}
	if o.json {
		if err := printJSON(st.Out, rs); err != nil {
			return err
		}
	}
	for _, r := range rs {
		if r.Arrived < o.atLeast {
			return fmt.Errorf("test: %s: %d of %d records arrived, want %d", r.Config, r.Arrived, r.Count, o.atLeast)
		}
	}
	return nil
}

// one tests the way to one target.
func (o *testFlags) one(ctx context.Context, p pathtest.Options) (pathtest.Result, error) {
	if !o.kmsg {
		return pathtest.Run(ctx, p)
	}
	k, err := pathtest.OpenKmsg("/dev/kmsg")
	if err != nil {
		return pathtest.Result{}, err
	}
	defer k.Close()
	p.Kernel = k
	if o.sysrq != "" {
		if err := pathtest.SysRq("/proc/sysrq-trigger", o.sysrq); err != nil {
			return pathtest.Result{}, err
		}
	}
	return pathtest.Run(ctx, p)
}
