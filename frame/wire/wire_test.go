package wire

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
)

func TestErrorText(t *testing.T) {
	tests := []struct {
		err  *Error
		want string
	}{
		{&Error{Op: "open packet socket on", Device: "eth0", Err: syscall.EPERM},
			"open packet socket on eth0: operation not permitted (needs CAP_NET_RAW: run as root or setcap cap_net_raw+ep)"},
		{&Error{Op: "open packet socket on", Device: "eth0", Err: syscall.EACCES},
			"open packet socket on eth0: permission denied (needs CAP_NET_RAW: run as root or setcap cap_net_raw+ep)"},
		{&Error{Op: "look up", Device: "eth9", Err: syscall.ENODEV, hint: "have: lo, eth0"},
			"look up eth9: no such device (have: lo, eth0)"},
		{&Error{Op: "send on", Device: "eth0", FrameLen: 1062, MTU: 900, Err: syscall.EMSGSIZE},
			"send on eth0: frame of 1062 bytes: message too long (an mtu of 900 allows 914 bytes; raise it: ip link set dev eth0 mtu 1048)"},
		{&Error{Op: "send on", Device: "eth0", FrameLen: 60, Err: syscall.ENETDOWN},
			"send on eth0: frame of 60 bytes: network is down (bring it up: ip link set dev eth0 up)"},
		{&Error{Op: "send on", Device: "eth0", FrameLen: 60, Err: syscall.ENXIO},
			"send on eth0: frame of 60 bytes: no such device or address (the device is gone: open it again)"},
		{&Error{Op: "send on", Device: "eth0", FrameLen: 60, Err: syscall.ENOBUFS},
			"send on eth0: frame of 60 bytes: no buffer space available (the device has no carrier or takes nothing more)"},
		{&Error{Op: "send on", Device: "eth0", Err: io.ErrClosedPipe}, "send on eth0: io: read/write on closed pipe"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
		if !errors.Is(tt.err, tt.err.Err) {
			t.Errorf("%v does not wrap %v", tt.err, tt.err.Err)
		}
	}
	if err := error(tests[0].err); !errors.Is(err, os.ErrPermission) {
		t.Errorf("%v is not os.ErrPermission", err)
	}
}

func TestKinds(t *testing.T) {
	tests := []struct {
		err              error
		gone, down, full bool
	}{
		{nil, false, false, false},
		{syscall.ENXIO, true, false, false},
		{syscall.ENODEV, true, false, false},
		{syscall.ENETDOWN, false, true, false},
		{syscall.ENOBUFS, false, false, true},
		{syscall.EAGAIN, false, false, true},
		{syscall.EMSGSIZE, false, false, false},
		{syscall.EPERM, false, false, false},
	}
	for _, tt := range tests {
		errs := []error{tt.err}
		if tt.err != nil {
			errs = append(errs, &Error{Err: tt.err}, fmt.Errorf("target 1: %w", &Error{Err: tt.err}))
		}
		for _, err := range errs {
			if Gone(err) != tt.gone || Down(err) != tt.down || Full(err) != tt.full {
				t.Errorf("%v: gone %v, down %v, full %v", err, Gone(err), Down(err), Full(err))
			}
		}
	}
}
