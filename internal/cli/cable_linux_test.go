package cli_test

import (
	"context"
	"net/netip"
	"os"
	"testing"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netdev/build"
	"netkmsg/internal/netdev/netns"
)

// namespace returns a descriptor of an end's network namespace.
func namespace(t testing.TB, e *frametest.End) int {
	t.Helper()
	var f *os.File
	err := e.Do(func() (err error) { f, err = os.Open("/proc/thread-self/ns/net"); return err })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return int(f.Fd())
}

// cable joins two namespaces by a second pair of devices, both called eth1,
// and brings them up.
func cable(t testing.TB, a, b int) {
	t.Helper()
	if err := build.AddVeth(
		build.VethEnd{Name: "eth1", MAC: frame.MAC{2, 0, 0, 0, 1, 0x0a}, NetNS: a},
		build.VethEnd{Name: "eth1", MAC: frame.MAC{2, 0, 0, 0, 1, 0x0b}, NetNS: b}); err != nil {
		t.Fatal(err)
	}
}

// up brings eth1 up, in the namespace of the calling thread, with addresses.
func up(addrs ...string) error {
	l, err := netdev.Lookup("eth1")
	if err != nil {
		return err
	}
	if err := build.NoAutoAddress(l.Index); err != nil {
		return err
	}
	if err := netdev.SetUp(l.Index); err != nil {
		return err
	}
	for _, a := range addrs {
		if err := build.AddAddress(l.Index, netip.MustParsePrefix(a)); err != nil {
			return err
		}
	}
	return nil
}

// joined waits for the carrier of eth1.
func joined(ctx context.Context) error {
	_, err := netdev.Wait(ctx, func() (netdev.Link, error) { return netdev.Lookup("eth1") },
		func(l netdev.Link) bool { return l.Carrier })
	return err
}

// newNamespace makes one more host, which ends when it is closed.
func newNamespace(t testing.TB) *netns.NS {
	t.Helper()
	ns, err := netns.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ns.Close() })
	return ns
}
