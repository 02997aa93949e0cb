package replay

import (
	"context"
	"net/netip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket/layers"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/pcap"
	"netkmsg/frame/wire"
	"netkmsg/internal/transmit"
)

func TestMain(m *testing.M) { frametest.Main(m) }

// TestReplay sends a capture of several protocols over a cable: it arrives
// identical, in order, and rewritten without a wrong checksum for tshark.
func TestReplay(t *testing.T) {
	const udp, tcp, icmp6 = layers.IPProtocolUDP, layers.IPProtocolTCP, layers.IPProtocolICMPv6
	fs := map[time.Duration][]byte{}
	var order []time.Duration
	for i, p := range []packet{
		{"fe80::1", "fe80::2", udp, 1, 2, nil, long}, {"10.0.0.1", "10.0.0.2", udp, 1, 2, []uint16{7}, "even"},
		{"fe80::1", "fe80::2", tcp, 1, 2, nil, long}, {"10.0.0.1", "10.0.0.2", tcp, 1, 2, nil, ""}, {"fe80::1", "fe80::2", icmp6, 0, 0, nil, long},
	} {
		at := time.Duration(i) * time.Millisecond
		fs[at], order = p.build(t, macA, macB), append(order, at)
	}
	path := write(t, 0, fs, order...)
	for _, c := range []struct {
		name string
		w    Rewrite
	}{
		{"identical", Rewrite{}},
		{"rewritten", Rewrite{SourceMAC: &macC, TargetMAC: &macD, Source6: netip.MustParseAddr("2001:db8::1"), Target4: netip.MustParseAddr("192.0.2.9")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := frametest.NewPair(t)
			to := p.B.Capture(t)
			seq, err := load(t, path, Options{Speed: 1, Loops: 2, Rewrite: c.w})
			if err != nil {
				t.Fatal(err)
			}
			err = p.A.Do(func() error {
				n, err := transmit.Run(context.Background(), seq, transmit.Options{Schedule: seq, Open: func() (transmit.Port, error) { return wire.Open(p.A.Name(), wire.Options{}) }})
				if n.Accepted != 10 {
					t.Errorf("%+v", n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			dump := filepath.Join(t.TempDir(), "out.pcap")
			out, err := pcap.Create(dump, pcap.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for i := range seq.Len() {
				f, err := seq.Frame(i, nil)
				if err != nil {
					t.Fatal(err)
				}
				if c.name == "identical" {
					f = fs[order[i%5]]
				}
				got, err := to.Next(5 * time.Second)
				if err != nil {
					t.Fatal(err)
				}
				if d := frametest.Diff(f, got.Data); d != "" {
					t.Errorf("frame %d:\n%s", i, d)
				}
				if err := out.Write(got.Time, got.Data); err != nil {
					t.Fatal(err)
				}
			}
			if err := out.Close(); err != nil {
				t.Fatal(err)
			}
			tshark := exec.Command(frametest.RequireTool(t, "tshark"), "-r", dump, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
				"-o", "tcp.check_checksum:TRUE", "-Y", "_ws.expert.group == Checksum || ip.checksum.status == Bad || udp.checksum.status == Bad || tcp.checksum.status == Bad || icmpv6.checksum.status == Bad")
			if b, err := tshark.Output(); err != nil || strings.TrimSpace(string(b)) != "" {
				t.Errorf("tshark: %v\n%s", err, b)
			}
		})
	}
}

// TestFitsDevice compares Fits with what the kernel says of frames about as
// long as the MTU, with tags of each type.
func TestFitsDevice(t *testing.T) {
	p := frametest.NewPair(t)
	err := p.A.Do(func() error {
		c, err := wire.Open(p.A.Name(), wire.Options{})
		if err != nil {
			return err
		}
		defer c.Close()
		for _, kind := range []uint16{0x86dd, frame.TPIDCustomer, frame.TPIDService, frame.TPIDStacked} {
			for size := 1513; size < 1521; size++ {
				f := make([]byte, size)
				be.PutUint16(f[12:], kind)
				one := Capture{frames: [][]byte{f}, numbers: []int{1}}
				if took, fits := c.Send(f), one.Fits(1500); (took == nil) != (fits == nil) {
					t.Errorf("type %#x, %d bytes: the kernel says %v, Fits %v", kind, size, took, fits)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
