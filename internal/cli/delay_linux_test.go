package cli_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/kmsg"
)

// TestMaxDelay has this machine's log go through a rate that is far too low
// for it: the severe records arrive, and of every other one it is told.
func TestMaxDelay(t *testing.T) {
	var severe []string
	log := kernelLog(t)
	for _, p := range log {
		if r, err := kmsg.Parse([]byte(p)); err == nil && r.Level() < 6 {
			severe = append(severe, p)
		}
	}
	frametest.Require(t, len(log) > 50+len(severe), "a kernel log of some length")
	p := frametest.NewPair(t)
	to := p.B.Capture(t)
	c := netkmsg(t, p.A, "--no-follow", "--rate", "100/s", "--max-delay", "200ms", "--priority", "6", "+@/eth0,@fe80::b/").run(1)
	a := c.account("cmdline0")
	if a.Suppressed == 0 || a.Read != a.Sent+a.Suppressed || a.Read < len(log) {
		t.Errorf("%+v of %d records", a, len(log))
	}
	got := arrive(t, to, a.Frames)
	told := 0
	for _, p := range got {
		var count int
		if _, text, ok := strings.Cut(p, ",-;netkmsg: "); ok && strings.HasPrefix(p, "44,") {
			if _, err := fmt.Sscanf(text, "%d record", &count); err != nil || !strings.Contains(text, "(suppressed, they would have left too late)\n") {
				t.Errorf("%q: %v", p, err)
			}
			told += count
		}
	}
	if told != a.Suppressed {
		t.Errorf("told of %d of %d suppressed records", told, a.Suppressed)
	}
	for _, s := range severe {
		if !slices.Contains(got, s) {
			t.Errorf("missing: %q", s)
		}
	}
	c.says(`"msg":"records suppressed, they would have left too late","target":"cmdline0"`)
}
