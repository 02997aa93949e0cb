package targets

import (
	"log/slog"
	"time"

	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

// Options are the same for all targets of a Set.
type Options struct {
	Log    *slog.Logger
	Policy netconsole.Policy

	// Source opens the log, after its last record; it is read once for all targets. nil is /dev/kmsg.
	Source func() (kmsg.Source, error)
	// Probe opens the same log once more, to know how far it is when a target is enabled or disabled. nil for one that can
	// be read only once: there a target begins and ends with what was read, and not with what was logged.
	Probe func() (kmsg.Source, error)
	// Admit is the filter by level; nil sends all.
	Admit func(level int) bool
	// Origins tells which processor and which task logged a record. If it is nil the features cpu_nr and taskname are
	// refused with EOPNOTSUPP.
	Origins Origins

	Release        string        // the kernel release to tell; "": this host's
	NoTime, Syslog bool          // of basic records, see kmsg.Format
	CarrierTimeout time.Duration // netpoll.carrier_timeout; 0: do not wait for a carrier
	Qdisc          bool          // go through the queueing discipline
	IPv4ID         uint16        // of the first IPv4 packet
}

// Origins matches records with the tasks that logged them.
type Origins interface {
	// Start is called whenever a feature that needs origins is switched on. Its error refuses that.
	Start() error
	// Lookup returns the processor on which r was logged and the name of the task that logged it, or false if that is
	// not known. It may be called from many goroutines.
	Lookup(r kmsg.Record) (cpu int, task string, ok bool)
	// Close is called when no target is left.
	Close() error
}
