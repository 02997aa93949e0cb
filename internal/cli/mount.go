package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"netkmsg/internal/collect"
	"netkmsg/internal/configfs"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/printktrace"
	"netkmsg/internal/send"
	"netkmsg/internal/targets"
	"netkmsg/kmsg"
)

const mountHelp = `Serve the kernel's tree of netconsole targets as files, in the foreground.

DIR (/run/netkmsg if not given) behaves like /sys/kernel/config/netconsole:
mkdir makes a target, writing its files sets it up, writing 1 to enabled starts
it, rmdir ends it. Each CONFIG, a netconsole= line, is started at once; mkdir of
cmdline0, cmdline1 … shows it. DIR/.netkmsg, which listings do not show, has
what the kernel does not tell: status, log, config and state.

It ends, with what the log has until then, when it is told to (SIGINT, SIGTERM)
or DIR is unmounted. SIGUSR1 prints the account of every target.`

const mountExamples = `  netkmsg mount &
  cd /run/netkmsg && mkdir web && cd web
  echo eth0 > dev_name; echo fe80::2 > remote_ip; echo 1 > enabled
      the log to a host on the same link
  netkmsg mount --state /var/lib/netkmsg/state
      targets that are there again after a restart, however it ended
  netkmsg mount /mnt +@/eth0,@fe80::2/
      a target from the command line: mkdir /mnt/cmdline0 shows it`

// mountFlags are what the flags of mount give.
type mountFlags struct {
	policy, level, from   string
	restore, state        string
	release               string
	printkTime, msgFormat string
	logFormat             string
	carrier               time.Duration
	qdisc, daemonReady    bool
}

func mountCommand(st send.Streams) *cobra.Command {
	var m mountFlags
	c := &cobra.Command{
		Use:     "mount [flags] [DIR] [CONFIG…]",
		Short:   "Serve targets as a tree of files, as the kernel does in configfs",
		Long:    mountHelp,
		Example: mountExamples,
		RunE: func(c *cobra.Command, args []string) error {
			signal.Ignore(syscall.SIGPIPE) // the log must get out, whoever reads our messages
			ctx, stop := signal.NotifyContext(c.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			defer context.AfterFunc(ctx, stop)() // a second signal ends the process at once
			d, err := m.daemon(args, st)
			if err != nil {
				return err
			}
			account := make(chan os.Signal, 1)
			signal.Notify(account, syscall.SIGUSR1)
			defer signal.Stop(account)
			d.Account = account
			return d.Run(ctx)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&m.policy, "policy", "helpful", "what a target does when its device changes: `NAME` helpful or kernel")
	f.StringVar(&m.state, "state", "", "restore the tree from `FILE`, and keep it there from then on")
	f.StringVar(&m.restore, "restore", "", "restore the tree from `FILE`, which netkmsg save wrote")
	f.StringVar(&m.level, "loglevel", "all", "send records with a level below `N`; console: below the kernel's own")
	f.StringVar(&m.from, "from", "/dev/kmsg", "the log: a device or `FILE`, - for standard input")
	f.DurationVar(&m.carrier, "carrier-timeout", 4*time.Second, "`TIME` to wait for the carrier of a device that was down")
	f.BoolVar(&m.qdisc, "qdisc", false, "go through the device's queueing discipline instead of past it")
	f.StringVar(&m.release, "release", "", "kernel release to `TELL` instead of this host's")
	f.StringVar(&m.printkTime, "printk-time", "auto", "time stamps in the basic format: `BOOL`, or as this kernel has them")
	f.StringVar(&m.msgFormat, "console-msg-format", "default", "basic `FORMAT`: default, or syslog for <priority> before each line")
	f.BoolVar(&m.daemonReady, "daemon-ready", false, "fail if nobody wants to know by sd_notify(3) that the tree is ready")
	f.StringVar(&m.logFormat, "log-format", "text", "`FORMAT` of messages on standard error: text, json")
	return c
}

// daemon checks the settings before anything is done.
func (m *mountFlags) daemon(args []string, st send.Streams) (d configfs.Daemon, err error) {
	d.Dir = configfs.DefaultDir
	if len(args) > 0 && !isConfig(args[0]) {
		d.Dir, args = args[0], args[1:]
	}
	for _, a := range args {
		ts, err := netconsole.Parse(a)
		if err != nil {
			return d, send.Usage(err)
		}
		d.Cmdline = append(d.Cmdline, ts...)
	}
	switch {
	case d.Dir == "":
		return d, send.Usage(errors.New("the directory to mount on has no name"))
	case m.state != "" && m.restore != "":
		return d, send.Usage(errors.New("--state and --restore exclude each other: --state restores the tree from its own file"))
	case m.carrier < 0:
		return d, send.Usage(fmt.Errorf("--carrier-timeout %v: want 0 or a time above", m.carrier))
	case m.daemonReady && os.Getenv("NOTIFY_SOCKET") == "":
		return d, send.Usage(errors.New("--daemon-ready: there is no NOTIFY_SOCKET; it is for services of systemd with Type=notify"))
	}
	if d.Log, err = newLogger(m.logFormat, st.Err); err != nil {
		return d, err
	}
	o, err := m.options(d.Log, st)
	if err != nil {
		return d, err
	}
	if d.Restore, err = m.saved(); err != nil {
		return d, err
	}
	d.State = m.state
	d.Set = targets.New(o)
	d.Ready = func(dir string) error {
		d.Log.Info("the tree is ready", "dir", dir, "targets", len(d.Set.All()))
		return collect.Notify("READY=1")
	}
	d.Stopping = func() {
		if err := collect.Notify("STOPPING=1"); err != nil {
			d.Log.Warn("systemd is not told", "err", err)
		}
	}
	return d, nil
}

// isConfig tells a netconsole= line from the name of a directory, which can always begin with / or a dot.
func isConfig(arg string) bool {
	return strings.Contains(arg, "@") && !strings.HasPrefix(arg, "/") && !strings.HasPrefix(arg, ".")
}

func (m *mountFlags) options(log *slog.Logger, st send.Streams) (o targets.Options, err error) {
	o = targets.Options{Log: log, Release: m.release, CarrierTimeout: m.carrier, Qdisc: m.qdisc, IPv4ID: 1}
	if o.Policy, err = netconsole.ParsePolicy(m.policy); err != nil {
		return o, send.Usage(fmt.Errorf("--policy: %w", err))
	}
	if o.Admit, err = send.Admit(m.level); err != nil {
		return o, err
	}
	o.Source = func() (kmsg.Source, error) { return send.OpenSource(m.from, st.In) }
	if send.Live(m.from) {
		o.Probe = o.Source
		o.Origins = new(printktrace.Origins)
	}
	switch m.printkTime {
	case "auto":
		o.NoTime = !send.PrintkTime()
	case "true", "false":
		o.NoTime = m.printkTime == "false"
	default:
		return o, send.Usage(fmt.Errorf("--printk-time %q: want true, false or auto", m.printkTime))
	}
	switch m.msgFormat {
	case "default", "syslog":
		o.Syslog = m.msgFormat == "syslog"
	default:
		return o, send.Usage(fmt.Errorf("--console-msg-format %q: want default or syslog", m.msgFormat))
	}
	return o, nil
}

// saved reads the file of --restore.
func (m *mountFlags) saved() ([]targets.Saved, error) {
	if m.restore == "" {
		return nil, nil
	}
	b, err := os.ReadFile(m.restore)
	if err != nil {
		return nil, fmt.Errorf("--restore: %w", err)
	}
	ts, err := configfs.Parse(b)
	if err != nil {
		return nil, fmt.Errorf("--restore %s: %w", m.restore, err)
	}
	return ts, nil
}
