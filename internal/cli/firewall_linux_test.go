package cli_test

import (
	"bytes"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// TestFirewall puts rules in place at B, asks for them, and takes them away.
func TestFirewall(t *testing.T) {
	p := frametest.NewPair(t)
	rules(t, p.B, "table inet filter { chain input { type filter hook input priority 0; policy drop; }; }")
	run := func(status int, flags string) string {
		t.Helper()
		c := prepare(t, p.B, "netkmsg", append([]string{"firewall"}, strings.Fields(flags)...)...)
		var out bytes.Buffer
		c.Stdout = &out
		return c.run(status).diag.String() + out.String()
	}
	const config = " +@fe80::a/,@fe80::b/"
	if got := run(1, "--check"+config); !strings.Contains(got, "the rule is not in place in chain inet filter input: IPv6 UDP to port 6666 from fe80::a (--apply puts it there)") {
		t.Error(got)
	}
	run(0, "--apply"+config)
	run(0, "--check"+config)
	run(0, "--remove"+config)
	run(1, "--check"+config)
	for flags, want := range map[string]string{
		"--apply --check":       "--apply, --remove and --check exclude each other",
		"--side middle":         `--side "middle": want source or destination`,
		"--format pf":           `--format "pf": want iptables, nft, firewalld or ufw`,
		"--mac-source 02:":      "--mac-source: ",
		"--source fe80::1%eth0": "--source ",
		"--source 192.0.2.1":    "--source 192.0.2.1 is not of the family of target fe80::b",
		"--interface a;b":       `--interface "a;b": no device has such a name`,
		"--side source --mac-source 02:00:00:00:00:01": "--mac-source is for --side destination",
	} {
		if got := run(2, flags+config); !strings.Contains(got, want) {
			t.Errorf("%s: %s", flags, got)
		}
	}
}
