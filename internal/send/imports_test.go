package send

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// TestRescueImports pins what the rescue binary is made of: a line more here is
// a decision, not an accident.
func TestRescueImports(t *testing.T) {
	cmd := exec.Command(frametest.RequireTool(t, "go"), "list", "-deps",
		"-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "netkmsg/cmd/netkmsg-rescue")
	var diag strings.Builder
	cmd.Stderr = &diag
	out, err := cmd.Output()
	frametest.Require(t, err == nil, "go list with this module's sources and its modules: "+diag.String())
	for _, heavy := range []string{"gopacket", "cobra", "netkmsg/frame/pcap", "netkmsg/internal/cli"} {
		if strings.Contains(string(out), heavy) {
			t.Errorf("the rescue binary imports %s", heavy)
		}
	}
	golden(t, "rescue-imports.golden", strings.Join(slices.Sorted(strings.Lines(string(out))), ""))
}
