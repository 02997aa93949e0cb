package pid1

import (
	"os"
	"os/exec"
	"testing"

	"netkmsg/frame/frametest"
)

// TestOnHost asks in a namespace such as a container has. (The boot test asks on
// a host.)
func TestOnHost(t *testing.T) {
	if os.Getenv("PID1_TEST") != "" {
		if os.Getpid() != 1 {
			t.Fatalf("process %d is not a container's first", os.Getpid())
		}
		if OnHost() {
			t.Error("a container was taken for the host")
		}
		return
	}
	unshare := []string{frametest.RequireTool(t, "unshare"), "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"}
	err := exec.Command(unshare[0], append(unshare[1:], "true")...).Run()
	frametest.Require(t, err == nil, "user and PID namespaces")
	cmd := exec.Command(unshare[0], append(unshare[1:], os.Args[0], "-test.run=^TestOnHost$", "-test.v")...)
	cmd.Env = append(os.Environ(), "PID1_TEST=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
