package cli_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netconsole"
)

// answer runs a command that prints its answer.
func answer(t *testing.T, e *frametest.End, status int, caps []uintptr, args ...string) (out, diag string) {
	t.Helper()
	c := prepare(t, e, "netkmsg", args...)
	var b bytes.Buffer
	c.Stdout = &b
	if caps != nil {
		c.Capabilities(caps...)
	}
	c.run(status)
	return b.String(), c.diag.String()
}

// moments are what differs from run to run.
var moments = regexp.MustCompile(`[0-9.]+\s+(ms|s)\b`)

// asked is how often a busy machine got round to ask.
var asked = regexp.MustCompile(`[0-9] neighbour solicitations? in [0-9.]+ m?s`)

// TestResolve prints how each fact is known, and the line.
func TestResolve(t *testing.T) {
	p := frametest.NewPair(t, withB)
	out, _ := answer(t, p.A, 0, []uintptr{unix.CAP_NET_RAW}, "resolve", "eth0", "fe80::b", "--extended", "--port", "514")
	const want = `device   eth0 is up, MAC address 02:00:00:00:00:0a
source   fe80::ff:fe00:a, made of the MAC address, as eth0 has no address of
         this kind
target   fe80::b answered a neighbour solicitation in T: 02:00:00:00:00:0b
route    no gateway is needed: a link-local address
result   02:00:00:00:00:0b, the target's own: answered a neighbour solicitation
         in T

netconsole=+6665@fe80::ff:fe00:a/eth0,514@fe80::b/02:00:00:00:00:0b
`
	if got := moments.ReplaceAllString(out, "T"); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
	for line := range strings.Lines(out) {
		if utf8.RuneCountInString(line) > 81 { // the newline too
			t.Errorf("too wide: %s", line)
		}
	}
	_, line, _ := strings.Cut(out, "\n\n")
	if _, err := netconsole.Parse(line); err != nil {
		t.Error(err)
	}
}

// TestResolveJSON is for programs.
func TestResolveJSON(t *testing.T) {
	p := frametest.NewPair(t, frametest.B(frametest.Device{Addrs: []string{"192.0.2.9/24"}}))
	out, _ := answer(t, p.A, 0, nil, "resolve", "--json", "eth0", "192.0.2.9", "--source", "192.0.2.7")
	var got struct {
		Device, Target, MAC, Line string
		Facts                     []struct{ About, Text string }
		Doubts                    []string
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if got.Device != "eth0" || got.Target != "192.0.2.9" || got.MAC != "02:00:00:00:00:0b" || len(got.Facts) < 4 ||
		len(got.Doubts) != 0 || got.Line != "6665@192.0.2.7/eth0,6666@192.0.2.9/02:00:00:00:00:0b" {
		t.Errorf("%s", out)
	}
}

// TestResolveFails says what was tried, and why it is in vain.
func TestResolveFails(t *testing.T) {
	p := frametest.NewPair(t)
	out, diag := answer(t, p.A, 1, nil, "resolve", "eth0", "fe80::b", "--timeout", "200ms")
	out, diag = asked.ReplaceAllString(out, "N"), asked.ReplaceAllString(diag, "N")
	if !strings.Contains(out, "target   fe80::b did not answer: N\n") ||
		!strings.Contains(diag, "netkmsg: resolve fe80::b on eth0: nobody answers (N): is it up") {
		t.Errorf("%s%s", out, diag)
	}
	for _, tt := range []struct {
		caps []uintptr
		dev  string
		want string
	}{
		{[]uintptr{}, "eth0", "netkmsg: listen on eth0: operation not permitted (needs CAP_NET_RAW: run as root or setcap cap_net_raw+ep)\n"},
		{nil, "eth7", "netkmsg: look up eth7: no such device (have: lo, eth0)\n"},
		{nil, "lo", "netkmsg: resolve fe80::b on lo: not an Ethernet device: it has no neighbours with MAC addresses\n"},
	} {
		if out, diag := answer(t, p.A, 1, tt.caps, "resolve", tt.dev, "fe80::b"); diag != tt.want || out != "" {
			t.Errorf("%s: got\n%swant\n%s", tt.dev, diag, tt.want)
		}
	}
	p.A.SetDown()
	const want = "netkmsg: resolve fe80::b on eth0: network is down (bring it up: ip link set dev eth0 up)\n"
	if _, diag := answer(t, p.A, 1, nil, "resolve", "eth0", "fe80::b"); diag != want {
		t.Errorf("got\n%swant\n%s", diag, want)
	}
}

// TestCheck takes the commands it prints, until nothing is wrong.
func TestCheck(t *testing.T) {
	p := frametest.NewPair(t, withB)
	config := "@/,@fe80::b/02:00:00:00:00:77"
	out, diag := answer(t, p.A, either, nil, "check", config)
	if !strings.Contains(out, "error    fe80::b answered a neighbour solicitation") || !strings.Contains(diag, "does not arrive like this") {
		t.Fatalf("%s%s", out, diag)
	}
	const send = "$ netkmsg send "
	_, fixed, ok := strings.Cut(out, send)
	if fixed, _, _ = strings.Cut(fixed, "\n"); !ok {
		t.Fatalf("no command in\n%s", out)
	}
	if out, _ = answer(t, p.A, either, nil, "check", fixed); strings.Contains(out, send) && strings.Contains(out, "wrong-mac") {
		t.Errorf("%s is not right:\n%s", fixed, out)
	}
	var got struct {
		OK      bool
		Targets []struct {
			Config   string
			Findings []struct{ Severity, Code, Fact, Consequence string }
		}
	}
	both := config + ";" + fixed
	out, _ = answer(t, p.A, 1, nil, "check", "--json", both)
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if got.OK || len(got.Targets) != 2 || got.Targets[0].Findings[0].Severity != "error" || strings.Contains(out, `\u`) {
		t.Errorf("%s", out)
	}
	for _, f := range got.Targets[1].Findings {
		if f.Code == "wrong-mac" {
			t.Errorf("%s is not right: %+v", fixed, f)
		}
	}
}

// TestAskUsage has a fault in each command line.
func TestAskUsage(t *testing.T) {
	p := frametest.NewPair(t)
	for args, want := range map[string]string{
		"resolve eth0":                            "want DEV and ADDRESS, as in: netkmsg resolve eth0 fe80::2",
		"resolve eth0 fe80::b%eth0":               `ADDRESS "fe80::b%eth0": DEV names the link: write fe80::b`,
		"resolve eth0 router":                     `ADDRESS "router": want an IPv4 or IPv6 address`,
		"resolve eth0 ::ffff:192.0.2.1":           `ADDRESS "::ffff:192.0.2.1": nobody has this address on a wire: write 192.0.2.1`,
		"resolve eth0 ::":                         `ADDRESS "::": nobody has this address`,
		"resolve eth0 fe80::b --source 192.0.2.1": "--source 192.0.2.1 and fe80::b are not of one family",
		"resolve eth0 fe80::b --timeout 0s":       "--timeout 0s: want a time above 0",
		"check --timeout 0s @/eth0,@fe80::b/":     "--timeout 0s: want a time above 0",
		"check @/eth0,@fe80::b":                   "netconsole line, character",
		"check @/eth0,@fe80::b/ --json=perhaps":   "invalid argument",
		"resolve eth0 fe80::b --port 65536":       "invalid argument",
	} {
		if out, diag := answer(t, p.A, 2, nil, strings.Fields(args)...); !strings.Contains(diag, want) || out != "" {
			t.Errorf("%s: %s%s", args, out, diag)
		}
	}
}
