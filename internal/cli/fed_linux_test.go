package cli_test

import (
	"os"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame/frametest"
)

const started = `"msg":"network logging started"`

const stopped = `"msg":"network logging stopped, waiting for the device"`

// either is an exit status of 0 or 1: that of a run which may have lost
// records.
const either = -1

// fed is a command that gets its log through a pipe, while a test plays with
// its device.
type fed struct {
	*command
	p       *frametest.Pair
	c       *frametest.Capture
	pipe    *os.File
	fed     int      // records written to the pipe
	arrived []string // payloads taken from the captures
}

// startFed starts the command on A, for B.
func startFed(t *testing.T, p *frametest.Pair, flags ...string) *fed {
	t.Helper()
	return startFedTo(t, p, toB, flags...)
}

func startFedTo(t *testing.T, p *frametest.Pair, config string, flags ...string) *fed {
	t.Helper()
	f := &fed{command: netkmsg(t, p.A, append(flags, "--from", "-", config)...), p: p, c: p.B.Capture(t)}
	f.pipe = f.feed()
	f.start()
	f.says(started)
	return f
}

// more writes n more records.
func (f *fed) more(n int) {
	f.t.Helper()
	write(f.t, f.pipe, records(f.fed, f.fed+n))
	f.fed += n
}

// arrives waits for n more datagrams.
func (f *fed) arrives(n int) {
	f.t.Helper()
	f.arrived = append(f.arrived, arrive(f.t, f.c, n)...)
}

// settle waits until all that was fed has an outcome, and all that was sent
// has arrived.
func (f *fed) settle() {
	f.t.Helper()
	for over := time.Now().Add(limit); ; time.Sleep(5 * time.Millisecond) {
		a := f.accountSoFar()
		for n := a.Frames - len(f.arrived); n > 0; n-- {
			f.arrives(1)
		}
		if a.Read == f.fed && a.InFlight == 0 {
			return
		}
		if time.Now().After(over) {
			f.t.Fatalf("fed %d records, account %+v\n%s", f.fed, a, f.diag)
		}
	}
}

// accountSoFar asks for the account with a signal.
func (f *fed) accountSoFar() accounted {
	f.t.Helper()
	const msg = "account so far"
	before := len(f.diag.accounts("cmdline0", msg))
	if err := f.Process.Signal(syscall.SIGUSR1); err != nil {
		f.t.Fatal(err)
	}
	f.saysTimes(`"msg":"`+msg+`"`, before+1)
	as := f.diag.accounts("cmdline0", msg)
	return as[len(as)-1]
}

// close waits until the device is well again and ends the log with one more
// record: by then, every loss must have been told.
func (f *fed) close(status int) accounted {
	f.t.Helper()
	f.settle()
	f.more(1)
	return f.end(status)
}

// end ends the log. All that was fed must have arrived or been counted.
func (f *fed) end(status int) accounted {
	f.t.Helper()
	f.pipe.Close()
	f.ends(status)
	a := f.account("cmdline0")
	f.arrives(a.Frames - len(f.arrived))
	conserved(f.t, f.fed, f.arrived, a)
	noMore(f.t, f.c)
	return a
}
