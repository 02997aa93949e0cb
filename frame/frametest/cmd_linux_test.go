package frametest_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
)

func TestCommand(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Name: "lan0"}))
	out, err := p.A.Command("cat", "/proc/self/net/dev").Output()
	if err != nil || !strings.Contains(string(out), "lan0:") {
		t.Errorf("%v: %s", err, out)
	}
	out, err = p.A.Command("sh", "-c", "echo out; echo err >&2; exit 3").Output()
	if code(err) != 0 || err == nil || err.Error() != "exit status 3: err" || string(out) != "out\n" {
		t.Errorf("%v: %q", err, out)
	}
	out, err = p.A.Command("sh", "-c", "echo out; echo err >&2; exit 3").CombinedOutput()
	if code(err) != 3 || string(out) != "out\nerr\n" {
		t.Errorf("%v: %q", err, out)
	}
	if err := p.A.Command("no-such-program").Run(); !errors.Is(err, exec.ErrNotFound) {
		t.Error(err)
	}
	if err := p.A.Command("no-such-program").Capabilities().Run(); !errors.Is(err, exec.ErrNotFound) {
		t.Error(err)
	}
	c := p.A.Command("true")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
}

func TestCapabilities(t *testing.T) {
	// A copy in a directory that nobody else may enter, as go test's own is.
	exe := t.TempDir() + "/copy"
	b, err := os.ReadFile("/proc/self/exe")
	if err == nil {
		err = os.WriteFile(exe, b, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	p := frametest.NewPair(t)
	for _, caps := range [][]uintptr{nil, {unix.CAP_NET_RAW}, {unix.CAP_NET_RAW, unix.CAP_SYSLOG}} {
		c := p.A.Command(exe).Capabilities(caps...)
		c.Env = append(os.Environ(), "FRAMETEST_TEST=status")
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		var want uint64
		for _, c := range caps {
			want |= 1 << c
		}
		for _, set := range []string{"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"} {
			if got := field(string(out), set); got != fmt.Sprintf("%016x", want) {
				t.Errorf("with %v: %s is %s", caps, set, got)
			}
		}
		uid, gid := field(string(out), "Uid"), field(string(out), "Gid")
		if uid != gid || uid != "0\t0\t0\t0" && uid != "65534\t65534\t65534\t65534" {
			t.Errorf("uid %s, gid %s", uid, gid)
		}
		if n, err := strconv.Atoi(strings.Fields(uid)[0]); err != nil || n == 0 && wholeMap() {
			t.Errorf("root, though there are others")
		}
	}

	// This process has what it had.
	status, _ := os.ReadFile("/proc/self/status")
	if eff := field(string(status), "CapEff"); eff == "0000000000000000" {
		t.Error("the test has lost its capabilities")
	}
}

func field(status, name string) string {
	_, rest, _ := strings.Cut(status, name+":\t")
	value, _, _ := strings.Cut(rest, "\n")
	return value
}

// wholeMap reports whether the user namespace is the first.
func wholeMap() bool {
	b, _ := os.ReadFile("/proc/self/uid_map")
	return strings.Contains(string(b), "4294967295")
}
