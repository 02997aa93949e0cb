package collect

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"time"

	"netkmsg/internal/output"
	"netkmsg/kmsg"
)

// Options are the settings of a receiver.
type Options struct {
	Listen  []netip.AddrPort
	Raw     string // device to receive whole frames from instead of from sockets
	Workers int    // sockets for each address
	Socket  SocketOptions
	Answer  bool // answer the records of path tests; sockets only

	Collect kmsg.CollectOptions // Deliver and Notify are set by the receiver
	Filter  output.Filters
	Outputs []output.Output // of which a Capture is handed the datagrams
	Reopen  []func()        // called by SIGHUP, beside the outputs' own Reopen

	Stats time.Duration // print the account so often; 0: only when asked and at the end
	Table io.Writer     // for the account of each host; nil: the log has it
	Names *output.Names
	Log   *slog.Logger
}

// closeTime is how long an output may take to write what it has at the end.
const closeTime = 3 * time.Second

// Receiver receives at one or more sources.
type Receiver struct {
	o       Options
	workers []*worker
	ours    bool // the sources end with us: what is in them is taken first
	signals chan os.Signal
}

// Open opens the sockets, or takes over those of systemd. From then on it
// answers signals.
func Open(o Options) (*Receiver, error) {
	r := &Receiver{o: o, ours: true, signals: make(chan os.Signal, 4)}
	r.notifySignals()
	var list []source
	var err error
	if o.Raw == "" {
		list, r.ours, err = openSockets(&o)
	} else {
		var s *raw
		if s, err = openRaw(o.Raw, o.Listen, o.Log); err == nil {
			list = append(list, s)
		}
	}
	for _, s := range list {
		r.add(s)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Receiver) add(s source) {
	r.workers = append(r.workers, newWorker(s, &r.o))
	asked := max(minBuffer, r.o.Socket.Buffer)
	size, err := s.buffer()
	if err == nil && size < 2*asked { // the kernel counts everything twice
		r.o.Log.Warn("the receive buffer is smaller than asked for: bursts may be lost",
			"bytes", size/2, "asked", asked, "remedy", "CAP_NET_ADMIN, or sysctl net.core.rmem_max")
	}
	attrs := []any{"at", s.addr(), "buffer", size / 2}
	if r.o.Raw != "" {
		attrs = append(attrs, "device", r.o.Raw)
	}
	r.o.Log.Info("listening", attrs...)
}

// Run receives until ctx is done, and then writes out what it has.
func (r *Receiver) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r.tell("READY=1")
	var wg sync.WaitGroup
	errs := make([]error, len(r.workers))
	for i, w := range r.workers {
		wg.Go(func() {
			defer stop()
			errs[i] = w.run(ctx, r.ours)
		})
	}
	report := make(chan struct{})
	go func() { r.report(ctx); close(report) }()
	<-ctx.Done()
	r.tell("STOPPING=1")
	wg.Wait()
	<-report
	err := errors.Join(append(errs, r.Close())...)
	r.finalAccount()
	return err
}

func (r *Receiver) tell(state string) {
	if err := Notify(state); err != nil {
		r.o.Log.Warn("systemd is not told", "err", err)
	}
}

// Close ends a receiver that does not run.
func (r *Receiver) Close() error {
	var errs []error
	for _, w := range r.workers {
		errs = append(errs, w.from.Close())
	}
	for _, out := range r.o.Outputs {
		errs = append(errs, out.Close(closeTime))
	}
	return errors.Join(errs...)
}
