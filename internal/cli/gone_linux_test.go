package cli_test

import (
	"context"
	"strings"
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
)

// TestFaultReceiverGone ends the receiver's whole namespace, and with it the
// cable, for good.
func TestFaultReceiverGone(t *testing.T) {
	p := frametest.NewPair(t)
	far := newNamespace(t)
	cable(t, namespace(t, p.A), far.FD())
	for _, do := range []func(func() error) error{p.A.Do, far.Do} {
		if err := do(func() error { return up() }); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.A.Do(func() error { return joined(context.Background()) }); err != nil {
		t.Fatal(err)
	}
	f := startFedTo(t, p, "+@fe80::a/eth1,@fe80::c/")
	f.more(100)
	for f.accountSoFar().Sent < 100 {
	}
	far.Close()
	for !strings.Contains(f.diag.String(), stopped) {
		f.more(1)
	}
	f.more(50)
	f.Process.Signal(syscall.SIGTERM)
	f.ends(1)
	if a := f.account("cmdline0"); a.Read != f.fed || a.Sent < 100 || a.Dropped < 51 {
		t.Errorf("fed %d, %+v", f.fed, a)
	}
}
