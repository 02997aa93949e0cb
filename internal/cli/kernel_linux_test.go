package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"netkmsg/frame/frametest"
)

// receiver is B with an address of each kind.
var receiver = frametest.B(frametest.Device{Addrs: []string{"fe80::b/64", "2001:db8::b/64", "169.254.0.2/16", "192.0.2.9/24"}})

// TestKernelReceives has the kernel's own UDP receive every payload of a log.
// Lengths from 0 on are tested where frames are made; here they are those of a
// log, up to where records are sent in pieces.
func TestKernelReceives(t *testing.T) {
	p := frametest.NewPair(t, receiver)
	var log strings.Builder
	for i := range 40 {
		fmt.Fprintf(&log, "6,%d,%d,-;%s\n", i, i, strings.Repeat("x", 33*i))
	}
	path := file(t, log.String())
	tests := []struct{ name, network, address, config string }{
		{"IPv6 link-local", "udp6", "[fe80::b%eth0]:6666", "@fe80::a/eth0,@fe80::b/"},
		{"IPv6 global", "udp6", "[2001:db8::b]:6666", "@2001:db8::a/eth0,@2001:db8::b/"},
		{"IPv6 multicast", "udp6", "[::]:6666", "@fe80::a/eth0,@ff02::1/"},
		{"IPv4 link-local", "udp4", "169.254.0.2:6666", "@169.254.0.1/eth0,@169.254.0.2/"},
		{"IPv4 global", "udp4", "192.0.2.9:6666", "@192.0.2.1/eth0,@192.0.2.9/"},
	}
	for _, tt := range tests {
		for _, mac := range []string{"", p.B.MAC().String()} {
			for _, kind := range []string{"", "+"} {
				t.Run(fmt.Sprintf("%s to %q, %q", tt.name, mac, kind), func(t *testing.T) {
					u := listen(t, p.B, tt.network, tt.address)
					received := make(chan string, 1000)
					go receive(u, received)
					config := kind + tt.config + mac
					cmd := netkmsg(t, p.A, "--from", path, "--pcap", "-", config)
					var dump bytes.Buffer
					cmd.Stdout = &dump
					cmd.run(0)
					for i, f := range payloads(t, &dump) {
						select {
						case got := <-received:
							if got != f {
								t.Fatalf("datagram %d: %q, want %q", i, got, f)
							}
						case <-time.After(limit):
							t.Fatalf("datagram %d does not arrive", i)
						}
					}
				})
			}
		}
	}
}

// TestSocat receives as the kernel's documentation has it
// (Documentation/networking/netconsole.rst).
func TestSocat(t *testing.T) {
	socat := frametest.RequireTool(t, "socat")
	p := frametest.NewPair(t, receiver)
	for _, tt := range []struct{ receive, config string }{
		{"UDP6-RECV:6666", "@/eth0,@fe80::b/"},
		{"UDP-RECV:6666", "@192.0.2.1/eth0,@192.0.2.9/"},
	} {
		recv := p.B.Command(socat, tt.receive, "-")
		out := &diary{more: make(chan struct{})}
		recv.Stdout = out
		recv.Stdin, _ = pipe(t) // it ends with its standard input
		if err := recv.Start(); err != nil {
			t.Fatal(err)
		}
		bound(t, p.B)
		netkmsg(t, p.A, "--from", file(t, records(0, 3)), tt.config).run(0)
		want := "[    0.000000] record 0\n[    0.001000] record 1\n[    0.002000] record 2\n"
		(&command{t: t, diag: out}).says(want)
		if got := out.String(); got != want {
			t.Errorf("socat prints %q, want %q", got, want)
		}
		recv.Process.Kill()
		recv.Wait()
	}
}

// bound waits until somebody has UDP port 6666.
func bound(t testing.TB, e *frametest.End) {
	t.Helper()
	for over := time.Now().Add(limit); time.Now().Before(over); time.Sleep(5 * time.Millisecond) {
		var v4, v6 []byte
		err := e.Do(func() (err error) {
			if v4, err = os.ReadFile("/proc/thread-self/net/udp"); err == nil {
				v6, err = os.ReadFile("/proc/thread-self/net/udp6")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(v4)+string(v6), fmt.Sprintf(":%04X ", 6666)) {
			return
		}
	}
	t.Fatal("nobody listens on port 6666")
}
