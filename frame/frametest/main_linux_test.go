package frametest_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
)

// TestChild is what the binary does when a test starts it again.
func TestChild(t *testing.T) {
	switch os.Getenv("FRAMETEST_TEST") {
	default:
		return
	case "child", "no main":
		frametest.NewPair(t)
		fmt.Println("has a pair, uid", os.Getuid(), "args", os.Args[1:])
	case "fail":
		t.Error("as it should")
	case "stdin":
		b, err := io.ReadAll(os.Stdin)
		fmt.Printf("read %q %v\n", b, err)
	case "panic":
		p := frametest.NewPair(t)
		start(t, p.A.Command("sleep", "1000"))
		panic("as it should")
	case "signal":
		p := frametest.NewPair(t)
		start(t, p.A.Command("sleep", "1000"))
		select {}
	}
}

// start starts a command and prints its process number.
func start(t *testing.T, c *frametest.Cmd) {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Println("started", c.Process.Pid)
}

// unprivileged makes a command one that Main has to run again.
func unprivileged(t *testing.T, cmd *exec.Cmd) *frametest.Cmd {
	t.Helper()
	p := frametest.NewPair(t)
	// Root of a user namespace, whom the command is if there is nobody else, needs this to be root in one more.
	const caps = unix.CAP_SETFCAP
	c := p.A.Command(cmd.Path, cmd.Args[1:]...).Capabilities(caps)
	c.Env = cmd.Env
	out, err := p.A.Command("unshare", "-r", "true").Capabilities(caps).CombinedOutput()
	frametest.Require(t, err == nil, "user namespaces for everybody: "+string(out))
	return c
}

func TestMainAgain(t *testing.T) {
	out, err := unprivileged(t, self(t, "child")).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "has a pair, uid 0 args [-test.run=^TestChild$ -test.v]") {
		t.Errorf("%v: %s", err, out)
	}

	out, err = unprivileged(t, self(t, "fail")).CombinedOutput()
	if code(err) != 1 || !strings.Contains(string(out), "as it should") {
		t.Errorf("a failing test: %v: %s", err, out)
	}

	cmd := unprivileged(t, self(t, "stdin"))
	cmd.Stdin = strings.NewReader("passed on")
	if out, err = cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), `read "passed on" <nil>`) {
		t.Errorf("standard input: %v: %s", err, out)
	}
}

// TestMainDies ends the test process in the worst of ways, and looks for the process that it had started.
func TestMainDies(t *testing.T) {
	tests := []struct {
		what   string
		signal os.Signal
		code   int
	}{
		{"panic", nil, 2},
		{"signal", unix.SIGINT, 128 + 2},
		{"signal", unix.SIGTERM, 128 + 15},
		{"signal", unix.SIGQUIT, 2},
		{"signal", unix.SIGKILL, -1},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.what, " ", tt.signal), func(t *testing.T) {
			cmd := unprivileged(t, self(t, tt.what))
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			pid := 0
			s := bufio.NewScanner(out)
			for pid == 0 && s.Scan() {
				fmt.Sscanf(s.Text(), "started %d", &pid)
			}
			if pid == 0 {
				t.Fatalf("nothing started: %v", cmd.Wait())
			}
			if tt.signal != nil {
				cmd.Process.Signal(tt.signal)
			}
			io.Copy(io.Discard, out)
			if err := cmd.Wait(); code(err) != tt.code {
				t.Errorf("%v, want exit code %d", err, tt.code)
			}
			gone(t, pid)
		})
	}
}

func code(err error) int {
	if e, ok := err.(*exec.ExitError); ok {
		return e.ExitCode()
	}
	return 0
}

func TestNoMain(t *testing.T) {
	out, err := self(t, "no main").CombinedOutput()
	if code(err) != 1 || !strings.Contains(string(out), "make a pair: TestMain has not called frametest.Main\n--- FAIL") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestForbidden runs where user namespaces are not allowed.
func TestForbidden(t *testing.T) {
	run := func(require string) (string, error) {
		cmd := self(t, "forbid")
		cmd.Env = append(cmd.Env, "NETKMSG_REQUIRE="+require)
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  unix.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	const want = "needs root or user namespaces (make a user namespace: fork/exec /proc/self/exe: no space left on device; " +
		"see sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)\n"
	if out, err := run(""); err != nil || !strings.Contains(out, want+"--- SKIP: TestChild") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := run("all"); code(err) != 1 || !strings.Contains(out, want+"--- FAIL: TestChild") {
		t.Errorf("with NETKMSG_REQUIRE=all: %v: %s", err, out)
	}
}

// TestExample keeps the examples true; an example without output is compiled only.
func TestExample(t *testing.T) {
	run = func(test func(testing.TB)) { test(t) }
	Example()
	ExampleCapture_ExpectMatch()
}

// run stands for go test in the example.
var run func(test func(testing.TB))
