package netpoll_test

import (
	"context"
	"errors"
	"net/netip"
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netpoll"
)

// TestStrict wants the numbers with which netpoll_setup fails, and that the
// other way the same things work where they can.
func TestStrict(t *testing.T) {
	global6, remote4 := netip.MustParseAddr("2001:db8::b"), netip.MustParseAddr("192.0.2.9")
	none := netip.Addr{}
	for _, c := range []struct {
		name          string
		prepare       func(*frametest.End)
		dev           string
		local, remote netip.Addr
		strict, free  error
	}{
		{"missing", nil, "eth7", source6, remote6, syscall.ENODEV, syscall.ENODEV},
		{"port of a bridge", func(e *frametest.End) { e.Enslave("br0") }, "eth0", source6, remote6, syscall.EBUSY, nil},
		{"no address of the kind", nil, "eth0", none, global6, syscall.EDESTADDRREQ, nil},
		{"no IPv4 address", nil, "eth0", none, remote4, syscall.EDESTADDRREQ, syscall.EDESTADDRREQ},
		{"all in order", func(e *frametest.End) { e.AddAddr("fe80::a/64") }, "eth0", none, remote6, nil, nil},
	} {
		p := frametest.NewPair(t)
		if c.prepare != nil {
			c.prepare(p.A)
		}
		for strict, want := range map[bool]error{true: c.strict, false: c.free} {
			port, err := try(context.Background(), p.A, c.dev, c.local, c.remote, netpoll.Options{Strict: strict})
			if !errors.Is(err, want) {
				t.Errorf("%s, strict %v: %v, want %v", c.name, strict, err, want)
			}
			if err == nil {
				port.Close()
			}
		}
	}
}
