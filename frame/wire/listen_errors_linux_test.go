package wire_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

func TestListenErrors(t *testing.T) {
	p := frametest.NewPair(t)
	for _, tt := range []struct {
		dev   string
		ports []uint16
		err   string
	}{
		{"eth1", []uint16{1}, "look up eth1: no such device (have: lo, eth0)"},
		{"eth0", nil, "listen on eth0: invalid argument (0 ports: want 1 to 512)"},
		{"lo", []uint16{1}, ""},
		{"02:00:00:00:00:0a", []uint16{1}, ""},
	} {
		err := p.A.Do(func() error {
			r, err := wire.Listen(tt.dev, tt.ports)
			if err == nil {
				defer r.Close()
				if r.Name() != "lo" && (r.Name() != "eth0" || r.Index() != p.A.Index()) {
					t.Errorf("%s: %s, index %d", tt.dev, r.Name(), r.Index())
				}
			}
			return err
		})
		if got := fmt.Sprint(err); err != nil && got != tt.err || err == nil && tt.err != "" {
			t.Errorf("%s: %v, want %s", tt.dev, err, tt.err)
		}
		var e *wire.Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%T", err)
		}
	}
}

// TestListenNotEthernet takes a device without link-layer header, which only ip can make here.
func TestListenNotEthernet(t *testing.T) {
	ip := frametest.RequireTool(t, "ip")
	p := frametest.NewPair(t)
	out, err := p.A.Command(ip, "tuntap", "add", "dev", "tun0", "mode", "tun").CombinedOutput()
	frametest.Require(t, err == nil, "a tun device: "+string(out))
	err = p.A.Do(func() error { _, err := wire.Listen("tun0", []uint16{1}); return err })
	if want := "listen on tun0: address family not supported by protocol (its frames, of ARPHRD type 65534, are not Ethernet's)"; fmt.Sprint(err) != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestListenCapabilities(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := frametest.NewPair(t)
	run := func(caps ...uintptr) string {
		c := p.A.Command(exe).Capabilities(caps...)
		c.Env = append(os.Environ(), "WIRE_TEST_LISTEN=eth0")
		out, _ := c.Output()
		return string(out)
	}
	if out := run(unix.CAP_NET_RAW); !strings.HasPrefix(out, "listening, ") {
		t.Errorf("with CAP_NET_RAW: %s", out)
	}
	if out, want := run(unix.CAP_NET_ADMIN), "listen on eth0: operation not permitted (needs CAP_NET_RAW: run as root or setcap cap_net_raw+ep)"; out != want {
		t.Errorf("without:\n got %s\nwant %s", out, want)
	}
}
