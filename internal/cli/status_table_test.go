package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"netkmsg/internal/configfs"
)

func TestStatusTable(t *testing.T) {
	ts := []configfs.TargetStatus{
		{Name: "web", State: "enabled", Why: "enabled by process 12", Device: "eth0", SourceIP: "fe80::1", SourcePort: 6665,
			TargetIP: "fe80::2", TargetPort: 6666, Sent: 123456, Filtered: 7, Dropped: 1, Lost: 20},
		{Name: "a b\n", State: "waiting", Why: "eth1 is gone; tried 3 times", Device: "eth1", SourcePort: 6666,
			TargetIP: "192.0.2.9", TargetPort: 514},
	}
	const wide = `TARGET   STATE    DEVICE  SOURCE → TARGET           SENT  FILTERED  DROPPED  LOST  WHY
web      enabled  eth0    fe80::1 → fe80::2       123456         7        1    20  enabled by process 12
"a b\n"  waiting  eth1    *:6666 → 192.0.2.9:514       0         0        0     0  eth1 is gone; tried 3 times
`
	const narrow = `TARGET   STATE    DEVICE  SOURCE → TARGET           SENT  FILTERED  DROPPED  LOST
web      enabled  eth0    fe80::1 → fe80::2       123456         7        1    20
  enabled by process 12
"a b\n"  waiting  eth1    *:6666 → 192.0.2.9:514       0         0        0     0
  eth1 is gone; tried 3 times
`
	for width, want := range map[int]string{0: wide, 80: narrow, 120: wide} {
		if diff := cmp.Diff(want, string(statusTable(ts, width))); diff != "" {
			t.Errorf("width %d:\n%s", width, diff)
		}
	}
	if got, want := string(statusTable(nil, 80)), "no targets\n"; got != want {
		t.Errorf("nothing: %q", got)
	}
}
