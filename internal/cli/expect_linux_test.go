package cli_test

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
)

// waiter is netkmsg expect, running and listening.
type waiter struct {
	*command
	out *bytes.Buffer
}

func expecting(t testing.TB, e *frametest.End, args ...string) *waiter {
	t.Helper()
	w := &waiter{prepare(t, e, "netkmsg", append([]string{"expect"}, args...)...), new(bytes.Buffer)}
	w.Stdout = w.out
	w.start()
	w.says("listening ")
	return w
}

// craftOn runs netkmsg craft on an end, whose device is eth0.
func craftOn(t testing.TB, e *frametest.End, args ...string) {
	t.Helper()
	prepare(t, e, "netkmsg", append([]string{"craft", "-i", "eth0"}, args...)...).run(0)
}

var both = []frametest.Option{
	frametest.A(frametest.Device{Addrs: []string{"192.0.2.1/24", "fe80::a/64"}}),
	frametest.B(frametest.Device{Addrs: []string{"192.0.2.2/24", "fe80::b/64"}}),
}

// TestCraftExpect has frames of every kind come over the wire as they were described.
func TestCraftExpect(t *testing.T) {
	p := frametest.NewPair(t, both...)
	for _, fields := range []string{
		"--dst-ip fe80::b --dport 6666 --payload hello",
		"--dst-ip 192.0.2.2 --dport 6666 --payload-size 1 --df --ip-id 77 --ttl 3",
		"--dst-ip fe80::b --vlan 100:3d --dport 7",
		"--dst-ip fe80::b --vlan ad/100:5,200 --payload-size 1443",
		"--dst-ip 192.0.2.2 --vlan 1,2,3,4,5 --payload-size 0",
		"--dst-ip fe80::b --hop-by-hop router-alert --dest-options 30=0102 --dscp ef --ecn ce --flow-label 0xabcde",
		"--dst-ip fe80::b --fragment offset=80,more,id=9 --payload-size 80",
		"--dst-ip fe80::b --fragment atomic,id=5 --dport 9",
		"--dst-ip 192.0.2.2 --udp-checksum 0 --dport 9",
		"--ethertype 0x88b5 --src-mac 02:00:00:00:00:77 --dst-mac broadcast",
	} {
		args := strings.Fields(fields)
		wanted := args
		switch { // what expect calls otherwise
		case strings.Contains(fields, "--fragment offset"):
			wanted = append(args[:len(args)-2:len(args)-2], "--payload-size", "88") // no UDP header in such a part
		case strings.Contains(fields, "--ethertype"):
			wanted = args
		default:
			wanted = append(args[:len(args):len(args)], "--bad", "none")
		}
		w := expecting(t, p.B, append([]string{"-i", "eth0", "--within", "10s"}, wanted...)...)
		craftOn(t, p.A, args...)
		w.ends(0)
	}
}

// TestCraftFaults has each deliberate fault arrive as just that.
func TestCraftFaults(t *testing.T) {
	p := frametest.NewPair(t, both...)
	for _, fault := range []string{"checksum", "ip-checksum", "length", "version", "truncate=50"} {
		kind, _, _ := strings.Cut(fault, "=")
		w := expecting(t, p.B, "-i", "eth0", "--within", "10s", "--bad", kind, "--src-mac", p.A.MAC().String())
		craftOn(t, p.A, "--dst-ip", "192.0.2.2", "--bad", fault)
		w.ends(0)
		if n := strings.Count(w.out.String(), "should be"); n != 1 {
			t.Errorf("%s: %s", fault, w.out)
		}
	}
}

// TestExpectKernel takes what a kernel's own socket sends over veth, whose
// checksums nobody finishes, for right.
func TestExpectKernel(t *testing.T) {
	p := frametest.NewPair(t, both...)
	for _, to := range []string{"192.0.2.2:6666", fmt.Sprintf("[fe80::b%%%d]:6666", p.A.Index())} {
		w := expecting(t, p.B, "-i", "eth0", "--within", "10s", "--dport", "6666", "--payload", "from the kernel", "--udp-checksum", "right", "--bad", "none", "--explain")
		err := p.A.Do(func() error {
			c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(to)))
			if err != nil {
				return err
			}
			defer c.Close()
			_, err = c.Write([]byte("from the kernel"))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.ends(0)
		if out := w.out.String(); !strings.Contains(out, "(left for the device to fill in)\n") || strings.Contains(out, "!!") {
			t.Error(out)
		}
	}
}

// TestExpectSocket has the kernel judge crafted frames.
func TestExpectSocket(t *testing.T) {
	p := frametest.NewPair(t, both...)
	mac := []string{"--dst-mac", p.B.MAC().String()}
	for _, fields := range []string{
		"--dst-ip fe80::b --dport 6666 --payload hello --dscp ef --ttl 9",
		"--dst-ip 192.0.2.2 --dport 6666 --payload hello --dscp af41 --ttl 9",
		"--dst-ip fe80::b --dport 6666 --payload-size 1",
		"--dst-ip 192.0.2.2 --dport 6666 --payload-size 1471",
		"--dst-ip fe80::b --dport 6666 --payload-size 0 --sport 7",
		"--dst-ip ff02::1 --dport 6666 --payload hello",
	} {
		args := strings.Fields(fields)
		w := expecting(t, p.B, append([]string{"--socket", "-i", "eth0", "--within", "10s"}, args...)...)
		if strings.Contains(fields, "ff02") {
			mac = nil
		}
		craftOn(t, p.A, append(args, mac...)...)
		w.ends(0)
	}
	// What the kernel takes that a socket tells nothing of.
	mac = []string{"--dst-mac", p.B.MAC().String(), "--dst-ip", "fe80::b", "--dport", "6666"}
	for _, fields := range []string{"--dest-options 30=0102", "--hop-by-hop pad --dest-options pad", "--fragment atomic", "--flow-label 5", "--pad 9"} {
		w := expecting(t, p.B, "--socket", "--within", "10s", "--dport", "6666", "--payload", fields)
		craftOn(t, p.A, append(append(strings.Fields(fields), "--payload", fields), mac...)...)
		w.ends(0)
	}
	// And what it refuses: the good frame behind it is the only one to come.
	for _, fault := range []string{"checksum", "length", "version", "truncate=60"} {
		w := expecting(t, p.B, "--socket", "--within", "10s", "--dport", "6666", "--json")
		craftOn(t, p.A, append([]string{"--bad", fault, "--payload", "bad"}, mac...)...)
		craftOn(t, p.A, append([]string{"--payload", "good"}, mac...)...)
		w.ends(0)
		if !strings.Contains(w.out.String(), fmt.Sprintf(`"payload":"%x"`, "good")) || !strings.Contains(w.out.String(), `"seen":1`) {
			t.Errorf("%s: %s", fault, w.out)
		}
	}
}

// TestExpectFirewall asks whether a firewall lets port 6666 through, as a user would.
func TestExpectFirewall(t *testing.T) {
	nft := frametest.RequireTool(t, "nft")
	p := frametest.NewPair(t, both...)
	rules := p.B.Command(nft, "-f", "-")
	rules.Stdin = strings.NewReader("table inet filter { chain input { type filter hook input priority 0; udp dport 6666 drop; }; }\n")
	if out, err := rules.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ask := func(status int, port string, args ...string) {
		t.Helper()
		w := expecting(t, p.B, append(args, "--dport", port)...)
		craftOn(t, p.A, "--dst-ip", "192.0.2.2", "--dst-mac", p.B.MAC().String(), "--dport", port)
		w.ends(status)
	}
	ask(0, "6666", "-i", "eth0", "--within", "10s") // it has come over the wire
	ask(0, "6667", "--socket", "--within", "10s")
	ask(1, "6666", "--socket", "--within", "400ms")
	ask(0, "6666", "--socket", "--none", "--within", "400ms")
	ask(1, "6667", "--socket", "--none", "--within", "10s")
}

// TestExpectMiss says what came instead.
func TestExpectMiss(t *testing.T) {
	p := frametest.NewPair(t, both...)
	w := expecting(t, p.B, "-i", "eth0", "--within", "400ms", "--dst-ip", "fe80::b", "--dport", "6666", "--payload", "hello")
	craftOn(t, p.A, "--dst-ip", "fe80::b", "--payload", "hallo")
	w.ends(1)
	for _, want := range []string{
		"the nearest miss, which agrees in 2 of 3 fields:\n",
		"✗ payload  hello    \"hallo\"\n",
		"68 65 6c 6c 6f", "68 61 6c 6c 6f",
		"netkmsg: no frame matched within 400ms; ", " seen on eth0, 0 dropped\n",
	} {
		if !strings.Contains(w.diag.String(), want) {
			t.Errorf("no %q in\n%s", want, w.diag)
		}
	}
}

// TestExpectCommand runs what sends once it listens.
func TestExpectCommand(t *testing.T) {
	p := frametest.NewPair(t, both...)
	run := func(status int, diag string, args ...string) *command {
		t.Helper()
		c := prepare(t, p.B, "netkmsg", append([]string{"expect", "-i", "eth0", "--outgoing", "--within", "10s"}, args...)...)
		c.run(status)
		if !strings.Contains(c.diag.String(), diag) {
			t.Errorf("no %q in\n%s", diag, c.diag)
		}
		return c
	}
	self := []string{"--dport", "77", "--", "/proc/self/exe", "craft", "-i", "eth0", "--qdisc", "--dport", "77"}
	run(0, "listening on eth0\n", self...)
	run(1, "netkmsg: sh failed: exit status 3\n", "--dport", "77", "--", "sh", "-c", "exit 3")
	run(1, "netkmsg: sh failed: exit status 3\n", "--none", "--dport", "78", "--", "sh", "-c", "exit 3")
	run(1, "netkmsg: run /nowhere/to/be/found: ", "--dport", "77", "--", "/nowhere/to/be/found")
	// One that does not end is ended with the wait.
	c := prepare(t, p.B, "netkmsg", "expect", "-i", "eth0", "--none", "--within", "400ms", "--dport", "79", "--", "sh", "-c", "echo begun; exec sleep 1000")
	c.run(0)
	if !strings.Contains(c.diag.String(), "begun\n") {
		t.Error(c.diag)
	}
}

func TestExpectInterrupted(t *testing.T) {
	p := frametest.NewPair(t)
	w := expecting(t, p.B, "-i", "eth0", "--within", "1h", "--dport", "7")
	w.stop(syscall.SIGINT)
	w.ends(1)
	if !strings.Contains(w.diag.String(), "netkmsg: interrupted\n") {
		t.Error(w.diag)
	}
	c := prepare(t, p.B, "netkmsg", "expect", "-i", "eth7", "--dport", "7").run(1)
	if !strings.Contains(c.diag.String(), "eth7") || strings.Contains(c.diag.String(), "listening") {
		t.Error(c.diag)
	}
}
