package cli

import (
	"context"
	"errors"
	"net/netip"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"netkmsg/internal/collect"
	"netkmsg/internal/send"
)

const listenHelp = `Receive what netconsole or netkmsg send, and account for every record.

Each record is shown once, whole and in order. What is missing, cut, late or
repeated is said where it happened; so are reboots of a sender and losses of
our own.

Without an address it listens at port 6666 of all addresses of both families,
or at the sockets that systemd hands over. With --raw it needs no address of its
own; of ADDRESS:PORT the port counts then, and the address if one is given.

Does nothing arrive? --raw DEV sees what comes over the wire in spite of the
firewall and of wrong addresses. If it does, netkmsg firewall knows the missing
rule; if not, netkmsg check at the source finds the cause.`

const listenExamples = `  netkmsg listen
      show what arrives at port 6666
  netkmsg listen :514 -o text -o files:/var/log/netkmsg
      at port 514; show it and keep a file for every host
  netkmsg listen -o json --filter 'severity<=err'
      errors and worse as JSON lines
  netkmsg listen --raw eth1
      what comes over a bare cable, to whatever address`

func listenCommand(st send.Streams) *cobra.Command {
	var o outputFlags
	var l collect.Options
	var metrics string
	c := &cobra.Command{
		Use:     "listen [flags] [[ADDRESS][:PORT]…]",
		Short:   "Receive kernel logs and account for every record",
		Long:    listenHelp,
		Example: listenExamples,
		RunE: func(c *cobra.Command, args []string) error {
			at, err := addresses(args)
			if err != nil {
				return err
			}
			if l.Workers < 1 || l.Stats < 0 {
				return send.Usage(errors.New("--workers and --stats want a positive value"))
			}
			if l.Raw != "" && (l.Workers > 1 || l.Socket.Interface != "") {
				return send.Usage(errors.New("--raw goes without --workers and --interface"))
			}
			if l.Raw != "" && l.Answer {
				return send.Usage(errors.New("--raw and --answer exclude each other: an answer needs a host with an address"))
			}
			l.Listen = at
			signal.Ignore(syscall.SIGPIPE) // the reader of one output may go away: the others stay
			ctx, stop := signal.NotifyContext(c.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			defer context.AfterFunc(ctx, stop)() // a second signal ends the process at once
			o.broken = stop
			out, err := o.open(st)
			if err != nil {
				return err
			}
			defer out.names.Close()
			l.Log, l.Outputs, l.Filter, l.Collect, l.Names, l.Reopen = out.log, out.outputs, out.filters, out.collect, out.names, out.reopen
			if o.logFormat == "text" {
				l.Table = st.Err
			}
			return listen(ctx, l, metrics)
		},
	}
	f := c.Flags()
	o.register(c)
	f.StringVar(&l.Raw, "raw", "", "receive the frames of `DEV`, past the host's addresses and firewall")
	f.StringVar(&l.Socket.Interface, "interface", "", "receive on `DEV` only, and join multicast groups there")
	f.BoolVar(&l.Answer, "answer", false, "answer the records of netkmsg test, so that their sender knows that they arrived")
	f.IntVar(&l.Socket.Buffer, "buffer", 4<<20, "receive buffer of `N` bytes, at least 4 MiB")
	f.IntVar(&l.Workers, "workers", 1, "share the senders out to `N` sockets and threads")
	f.DurationVar(&l.Stats, "stats", 0, "print the account every `INTERVAL`; SIGUSR1 prints it too")
	f.StringVar(&metrics, "metrics", "", "serve Prometheus metrics and /healthz at `ADDR`, host:port")
	return c
}

func addresses(args []string) (at []netip.AddrPort, err error) {
	if len(args) == 0 {
		args = []string{""}
	}
	for _, s := range args {
		a, err := collect.ParseAddress(s)
		if err != nil {
			return nil, send.Usage(err)
		}
		at = append(at, a)
	}
	return at, nil
}

func listen(ctx context.Context, l collect.Options, metrics string) error {
	r, err := collect.Open(l)
	if err != nil {
		return err // the outputs are closed
	}
	if metrics != "" {
		stop, err := r.ServeMetrics(metrics)
		if err != nil {
			return errors.Join(err, r.Close())
		}
		defer stop()
	}
	return r.Run(ctx)
}
