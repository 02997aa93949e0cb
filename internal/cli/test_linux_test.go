package cli_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/pathtest"
)

// pathTest runs netkmsg test on A.
func pathTest(t *testing.T, p *frametest.Pair, status int, args ...string) (out string, c *command) {
	t.Helper()
	c = prepare(t, p.A, "netkmsg", append([]string{"test"}, args...)...)
	var b bytes.Buffer
	c.Stdout = &b
	c.run(status)
	return b.String(), c
}

func tested(t *testing.T, p *frametest.Pair, status int, args ...string) pathtest.Result {
	t.Helper()
	out, c := pathTest(t, p, status, append([]string{"--json"}, args...)...)
	var rs []pathtest.Result
	if err := json.Unmarshal([]byte(out), &rs); err != nil || len(rs) != 1 {
		t.Fatalf("%v\n%s%s", err, out, c.diag)
	}
	return rs[0]
}

// rules loads an nftables ruleset at an end.
func rules(t *testing.T, e *frametest.End, text string) {
	t.Helper()
	c := e.Command(frametest.RequireTool(t, "nft"), "-f", "-")
	c.Stdin = strings.NewReader(text)
	out, err := c.CombinedOutput()
	frametest.Require(t, err == nil, "nftables with what the test needs: "+string(out))
}

var allArrived = regexp.MustCompile(`^arrived, round trip \d+\.\d ms \(\d+\.\d ms to \d+\.\d ms\), 20 of 20\n$`)

// TestTest has sources with and without an address, in both families and formats.
func TestTest(t *testing.T) {
	withA := frametest.A(frametest.Device{Addrs: []string{"192.0.2.1/24", "fe80::a/64"}})
	for _, tt := range []struct {
		name, config string
		bare         bool
	}{
		{"IPv6 extended", "+@/,@fe80::b/02:00:00:00:00:0b", false},
		{"IPv6 basic, broadcast", "@/,@fe80::b/", false},
		{"IPv6 release, auto", "+r@/,@fe80::b/auto", false},
		{"IPv4 extended", "+@/,@192.0.2.2/02:00:00:00:00:0b", false},
		{"IPv6 without address", "+@fe80::a/,@fe80::b/02:00:00:00:00:0b", true},
		{"IPv6 stand-in address", "+@/,@fe80::b/02:00:00:00:00:0b", true},
		{"IPv4 without address", "@192.0.2.1/,@192.0.2.2/", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			options := []frametest.Option{addressed}
			if !tt.bare {
				options = append(options, withA)
			}
			l := startListenerOn(t, frametest.NewPair(t, options...), "--answer")
			out, c := pathTest(t, l.p, 0, tt.config)
			if !allArrived.MatchString(out) {
				t.Errorf("%s%s", out, c.diag)
			}
			if got := strings.Contains(c.diag.String(), "answering for it during the test"); got != tt.bare {
				t.Errorf("answers for its address: %v", got)
			}
			l.says(`"records":20,"answered":true`)
			l.total()
			records, notices := l.shown()
			if len(records) != 20 || len(notices) != 0 || !strings.Contains(records[19].Text, "netkmsg test 20 of 20, nonce ") {
				t.Errorf("%d records, notices %v", len(records), notices)
			}
		})
	}
}

// TestTestLost loses records on either leg.
func TestTestLost(t *testing.T) {
	const drop = "table inet lossy { chain c { type filter hook %s priority 0; udp %s numgen inc mod 4 0 drop; }; }"
	const config = "+@/,@fe80::b/02:00:00:00:00:0b"
	l := startListener(t, "--answer")
	rules(t, l.p.B, strings.NewReplacer("%s priority", "output priority", "udp %s", "udp sport 6666").Replace(drop))
	if r := tested(t, l.p, 0, "--count", "40", "--interval", "2ms", "--timeout", "300ms", config); r.Arrived != 40 || r.LostBack != 10 || r.LostThere != 0 {
		t.Errorf("back: %+v", r)
	}
	rules(t, l.p.B, "delete table inet lossy\n"+strings.NewReplacer("%s priority", "input priority", "udp %s", "udp dport 6666").Replace(drop))
	args := []string{"--count", "40", "--interval", "2ms", "--timeout", "300ms", config}
	if r := tested(t, l.p, 1, args...); r.Arrived != 30 || r.LostThere != 10 || r.LostBack != 0 || !r.Exact {
		t.Errorf("there: %+v", r)
	}
	if r := tested(t, l.p, 0, append([]string{"--at-least", "30"}, args...)...); r.Arrived != 30 {
		t.Errorf("enough: %+v", r)
	}
}

// TestTestSilent has a listener that does not answer, and says so to its user.
func TestTestSilent(t *testing.T) {
	l := startListener(t)
	out, c := pathTest(t, l.p, 1, "--count", "2", "--timeout", "50ms", "+@/,@fe80::b/")
	if !strings.HasPrefix(out, "no answer to 2 records: lost on either leg, or nobody answers (run netkmsg listen --answer at the target") {
		t.Error(out)
	}
	if !strings.Contains(c.diag.String(), "0 of 2 records arrived, want 2\n") {
		t.Error(c.diag)
	}
	l.says(`"records":2,"answered":false`)
}

// TestTestBesideLog: a running log of the same source is not disturbed.
func TestTestBesideLog(t *testing.T) {
	l := startListener(t, "--answer")
	const config = "+@fe80::a/,@fe80::b/02:00:00:00:00:0b"
	netkmsg(t, l.p.A, "--from", file(t, records(1000, 1003)), config).run(0)
	pathTest(t, l.p, 0, config)
	netkmsg(t, l.p.A, "--from", file(t, records(1003, 1006)), config).run(0)
	if a := l.total(); a.Missing != 0 || a.Reboots != 0 || a.Records != 26 || a.Basic != 20 {
		t.Errorf("%+v", a)
	}
}

func TestTestUsage(t *testing.T) {
	for flags, want := range map[string]string{
		"--count 0":              "--count 0: want 1 to 4096",
		"--at-least 30":          "--at-least 30: want 1 to 20, the number of records",
		"--interval 1ms":         "--interval 1ms: want 2ms or more",
		"--timeout 0s":           "--timeout 0s: want a time above 0",
		"--sysrq h":              "--sysrq is for --kmsg",
		"--kmsg --sysrq c":       "--sysrq c: that key may do more than print",
		"--force":                "--force is for --sysrq",
		"--level 3":              "--level is for --kmsg",
		"--kmsg --level 8":       "--level 8: want 0 to 7",
		"@fe80::1/,@192.0.2.1/x": "",
	} {
		p := frametest.NewPair(t)
		args := append(strings.Fields(flags), "@/,@fe80::b/")
		if want == "" {
			args = args[:1]
		}
		if _, c := pathTest(t, p, 2, args...); !strings.Contains(c.diag.String(), want) {
			t.Errorf("%s: %s", flags, c.diag)
		}
	}
}
