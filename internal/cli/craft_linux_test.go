package cli_test

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

// craftCmd prepares netkmsg craft on a host.
func craftCmd(t testing.TB, e *frametest.End, args ...string) *command {
	t.Helper()
	return prepare(t, e, "netkmsg", append([]string{"craft"}, args...)...)
}

func craftPair(t testing.TB) *frametest.Pair {
	return frametest.NewPair(t,
		frametest.A(frametest.Device{Addrs: []string{"fe80::a/64", "2001:db8::a/64", "192.0.2.1/24"}}),
		frametest.B(frametest.Device{Addrs: []string{"fe80::b/64", "2001:db8::b/64", "192.0.2.9/24"}}))
}

// TestCraftSocket has the kernel's own UDP sockets take what was crafted: it
// looks at every length and checksum, and skips extension headers.
func TestCraftSocket(t *testing.T) {
	p := craftPair(t)
	for _, tt := range []struct{ to, args, src string }{
		{"2001:db8::b", "", "2001:db8::a"},
		{"fe80::b", "--src-ip linklocal", "fe80::ff:fe00:a"},
		{"2001:db8::b", "--hop-by-hop pad --dest-options pad --fragment atomic", "2001:db8::a"},
		{"2001:db8::b", "--hop-by-hop router-alert --dscp ef --flow-label 7 --hop-limit 1", "2001:db8::a"},
		{"192.0.2.9", "--df --ttl 1", "192.0.2.1"},
		{"192.0.2.9", "--udp-checksum 0", "192.0.2.1"},
		{"192.0.2.9", "--pad 30:0xff --src-ip own:1", "192.0.2.1"},
	} {
		t.Run(tt.to+" "+tt.args, func(t *testing.T) {
			to := netip.MustParseAddr(tt.to)
			if to.IsLinkLocalUnicast() {
				to = to.WithZone(p.B.Name())
			}
			var s *net.UDPConn
			if err := p.B.Do(func() (err error) {
				s, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(to, 0)))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			port := s.LocalAddr().(*net.UDPAddr).Port
			c := craftCmd(t, p.A, append(strings.Fields(tt.args), "-i", p.A.Name(), "--dst-mac", p.B.MAC().String(),
				"--dst-ip", tt.to, "--dport", fmt.Sprint(port), "--payload-size", "0-65", "--payload-pattern", "count")...).run(0)
			if !strings.Contains(c.diag.String(), "66 frames sent") {
				t.Errorf("no true count in %s", c.diag)
			}
			if err := s.SetReadDeadline(time.Now().Add(limit)); err != nil {
				t.Fatal(err)
			}
			buf := make([]byte, 100)
			for size := range 66 {
				n, from, err := s.ReadFromUDPAddrPort(buf)
				if err != nil {
					t.Fatalf("datagram of %d bytes: %v", size, err)
				}
				want := make([]byte, size)
				for i := range want {
					want[i] = byte(i)
				}
				if !bytes.Equal(buf[:n], want) || from.Addr().WithZone("").Unmap() != netip.MustParseAddr(tt.src) || from.Port() != 6665 {
					t.Fatalf("%x from %v, want %x from %s", buf[:n], from, want, tt.src)
				}
			}
		})
	}
}

// TestCraftWire has the frames on the wire equal those that --hex shows, with
// tags, faults and several workers, and the capture hold what was sent.
func TestCraftWire(t *testing.T) {
	p := craftPair(t)
	for _, args := range []string{
		"--vlan ad/100:3d,200 --dport 1-200",
		"--dst-ip 192.0.2.9 --payload-size 0-300 --workers 3 --seed 5 --sport random",
		"--bad truncate=30 --count 3",
		"--bad version --bad checksum --pad 4:9",
		"--src-mac +1 --count 20 --rate 5k/s",
		"--ethertype 0x88b5 --count 2 --interval 1ms",
	} {
		capture := p.B.Capture(t)
		path := filepath.Join(t.TempDir(), "sent.pcap")
		all := append(strings.Fields(args), "-i", p.A.Name())
		shown := craftCmd(t, p.A, append(all, "--hex")...)
		var hex bytes.Buffer
		shown.Stdout = &hex
		shown.run(0)
		craftCmd(t, p.A, append(all, "--pcap", path)...).run(0)

		want := strings.Fields(hex.String())
		sent := map[string]int{}
		for _, f := range frames(t, path) {
			sent[fmt.Sprintf("%x", f)]++
		}
		for _, w := range want {
			if sent[w]--; sent[w] < 0 {
				t.Fatalf("%s: not in the capture: %s", args, w)
			}
			if _, err := capture.Wait(limit, func(p frametest.Packet) bool { return fmt.Sprintf("%x", p.Data) == w }); err != nil {
				t.Fatalf("%s: %v, of %s", args, err, w)
			}
		}
		if len(frames(t, path)) != len(want) {
			t.Errorf("%s: %d frames in the capture, want %d", args, len(frames(t, path)), len(want))
		}
	}
}

// TestCraftRefused has a device that takes nothing: what it refused is counted,
// with the reason, and what is too long is refused before.
func TestCraftRefused(t *testing.T) {
	p := craftPair(t)
	c := craftCmd(t, p.A, "-i", p.A.Name(), "--payload-size", "1453").run(2)
	if want := "netkmsg: --payload-size: a frame of 1515 bytes: eth0 takes 1514 (MTU 1500): make it shorter by 1\n"; c.diag.String() != want {
		t.Errorf("%s, want %s", c.diag, want)
	}
	craftCmd(t, p.A, "-i", p.A.Name(), "--payload-size", "1452", "--vlan", "5").run(0)
	craftCmd(t, p.A, "-i", p.A.Name(), "--payload-size", "1452").run(0)
	p.A.SetDown()
	c = craftCmd(t, p.A, "-i", p.A.Name(), "--count", "7").run(1)
	if got := c.diag.String(); !strings.Contains(got, "0 frames sent, 0 bytes") || !strings.Contains(got, "7 frames refused, the first was frame 1: ") {
		t.Errorf("%s", got)
	}
	c = craftCmd(t, p.A, "-i", "eth7").run(1)
	if !strings.Contains(c.diag.String(), "eth7") {
		t.Errorf("%s", c.diag)
	}
}

// TestCraftStopped has a run without end, which a signal ends with true counts.
func TestCraftStopped(t *testing.T) {
	p := craftPair(t)
	capture := p.B.Capture(t)
	c := craftCmd(t, p.A, "-i", p.A.Name(), "--count", "0", "--rate", "500/s", "--payload-pattern", "number", "--payload-size", "8").start()
	if _, err := capture.Wait(limit, func(p frametest.Packet) bool {
		f, err := frame.Parse(p.Data)
		return err == nil && bytes.Equal(f.Payload, []byte{0, 0, 0, 0, 0, 0, 0, 9})
	}); err != nil {
		t.Error(err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	c.ends(0)
	sent := 0
	if _, err := fmt.Sscanf(c.diag.String(), "netkmsg: %d frames sent", &sent); err != nil || sent < 10 {
		t.Errorf("%v: %s", err, c.diag)
	}
	// What was sent last is there already or comes, and then nothing more.
	last := make([]byte, 8)
	last[6], last[7] = byte((sent-1)>>8), byte(sent-1)
	ours := func(p frametest.Packet) ([]byte, bool) {
		f, err := frame.Parse(p.Data)
		return f.Payload, err == nil && f.Target.Port == 6666
	}
	if sent > 10 {
		if _, err := capture.Wait(limit, func(p frametest.Packet) bool {
			b, ok := ours(p)
			return ok && bytes.Equal(b, last)
		}); err != nil {
			t.Errorf("frame %d was counted: %v", sent, err)
		}
	}
	n := 0
	for _, p := range capture.Packets() {
		if _, ok := ours(p); ok {
			n++
		}
	}
	if n != sent {
		t.Errorf("%d frames arrived, %d were counted", n, sent)
	}
}
