package frametest_test

import (
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

func TestRequire(t *testing.T) {
	tests := []struct {
		env             string
		have            bool
		failed, skipped string
	}{
		{"", true, "", ""},
		{"all", true, "", ""},
		{"", false, "", "needs a moon"},
		{"some", false, "", "needs a moon"},
		{"all", false, "needs a moon", ""},
	}
	for _, tt := range tests {
		t.Setenv("NETKMSG_REQUIRE", tt.env)
		r := record(t, func(tb testing.TB) { frametest.Require(tb, tt.have, "a moon") })
		if r.failed != tt.failed || r.skipped != tt.skipped {
			t.Errorf("%+v: failed %q, skipped %q", tt, r.failed, r.skipped)
		}
	}
}

func TestRequireTool(t *testing.T) {
	t.Setenv("NETKMSG_REQUIRE", "")
	var path string
	r := record(t, func(tb testing.TB) { path = frametest.RequireTool(tb, "sh") })
	if r.skipped != "" || !strings.HasSuffix(path, "/sh") {
		t.Errorf("sh: %q, %q", path, r.skipped)
	}
	r = record(t, func(tb testing.TB) { frametest.RequireTool(tb, "no-such-program") })
	if r.skipped != "needs the program no-such-program" {
		t.Errorf("%q", r.skipped)
	}
}
