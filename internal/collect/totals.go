package collect

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"netkmsg/kmsg"
)

// Totals adds up the workers.
func (r *Receiver) Totals() (t kmsg.Totals) {
	for _, w := range r.workers {
		w.mu.Lock()
		add(&t, w.collectors.totals())
		w.mu.Unlock()
	}
	return t
}

// Hosts returns the state of all hosts, the one heard last first.
func (r *Receiver) Hosts() (hs []kmsg.HostState) {
	for _, w := range r.workers {
		w.mu.Lock()
		for _, c := range w.collectors.each {
			hs = slices.AppendSeq(hs, c.States())
		}
		w.mu.Unlock()
	}
	slices.SortStableFunc(hs, func(a, b kmsg.HostState) int { return cmp.Compare(a.Idle, b.Idle) })
	return hs
}

func (r *Receiver) shed() (n uint64) {
	for _, out := range r.o.Outputs {
		n += out.Shed()
	}
	return n
}

func (r *Receiver) account(msg string) {
	t := r.Totals()
	a := t.Account
	r.o.Log.Info(msg, "hosts", t.Hosts, "datagrams", a.Datagrams, "bytes", a.Bytes, "records", a.Delivered,
		"missing", a.Missing, "filtered_by_sender", a.Filtered, "lost_by_sender", a.Reported+a.Dropped,
		"duplicate", a.Duplicate, "late", a.Late, "partial", a.Partial, "malformed", a.Malformed,
		"reboots", a.Reboots, "overflow", t.Overflow, "shed", r.shed())
}

// finalAccount has what is needed to add it up.
func (r *Receiver) finalAccount() {
	r.account("account")
	t := r.Totals()
	a := t.Account
	r.o.Log.Info("account in full", "carried", a.Carried, "duplicate", a.Duplicate, "marks", a.Marks, "range", a.Range,
		"received", a.Received, "extra", a.Extra, "basic", a.Basic, "notices", a.Notices, "suppressed", a.Suppressed)
	if err := a.Check(); err != nil {
		r.o.Log.Error("a fault of this program", "err", err)
	}
}

// hostsShown is how many hosts a table has: a screen or two.
const hostsShown = 100

// hosts prints the account of those hosts that were heard last.
func (r *Receiver) hosts() {
	hs := r.Hosts()
	shown := hs[:min(len(hs), hostsShown)]
	if r.o.Table == nil {
		for _, h := range shown {
			a := &h.Account
			r.o.Log.Info("host so far", "host", h.Host, "name", r.o.Names.Find(h.Host), "datagrams", a.Datagrams, "records", a.Delivered,
				"missing", a.Missing, "partial", a.Partial, "late", a.Late, "duplicate", a.Duplicate, "reboots", a.Reboots, "idle", h.Idle)
		}
		return
	}
	var out bytes.Buffer
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "RECORDS\tMISSING\tPARTIAL\tLATE\tDUPLICATE\tREBOOTS\tIDLE\t  HOST")
	for _, h := range shown {
		a := &h.Account
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t%d\t%v\t  %s\n", a.Delivered, a.Missing, a.Partial, a.Late, a.Duplicate, a.Reboots,
			h.Idle.Round(time.Millisecond), strings.TrimSpace(h.Host.String()+" "+r.o.Names.Find(h.Host)))
	}
	w.Flush()
	if n := len(hs) - len(shown); n > 0 {
		fmt.Fprintf(&out, "and %d hosts more\n", n)
	}
	r.o.Table.Write(out.Bytes()) // at once, so that nothing comes between
}
