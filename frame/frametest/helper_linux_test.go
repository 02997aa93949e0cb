package frametest_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

// limit is how long anything may take that takes no time.
const limit = 10 * time.Second

// before are the devices of the namespace that the tests are started in.
var before = devices()

func TestMain(m *testing.M) {
	switch os.Getenv("FRAMETEST_TEST") {
	case "status":
		status, _ := os.ReadFile("/proc/self/status")
		os.Stdout.Write(status)
		os.Exit(0)
	case "no main":
		os.Exit(m.Run())
	case "forbid":
		fmt.Println(forbid())
		os.Exit(1)
	}
	frametest.Main(m)
}

// forbid forbids user namespaces, which root of one can do for those below it, gives up all capabilities and goes on
// with the tests.
func forbid() error {
	runtime.LockOSThread()
	if err := os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_SECUREBITS, 3, 0, 0, 0); err != nil { // SECBIT_NOROOT and its lock
		return err
	}
	os.Setenv("FRAMETEST_TEST", "child")
	return syscall.Exec("/proc/self/exe", os.Args, os.Environ())
}

// self returns a command that runs one test of this binary, as one of several things to try (see TestChild).
func self(t *testing.T, what string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestChild$", "-test.v")
	cmd.Env = environ("FRAMETEST_TEST="+what, "NETKMSG_REQUIRE=")
	return cmd
}

// environ is the environment without what the harness itself has put there.
func environ(more ...string) []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "NETKMSG_REEXECUTED=") {
			env = append(env, e)
		}
	}
	return append(env, more...)
}

func devices() string {
	b, _ := os.ReadFile("/proc/self/net/dev")
	var names []string
	for line := range strings.Lines(string(b)) {
		if name, _, ok := strings.Cut(line, ":"); ok {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return strings.Join(names, " ")
}

// opened returns a way to send from an end.
func opened(t testing.TB, e *frametest.End) *wire.Conn {
	t.Helper()
	var c *wire.Conn
	err := e.Do(func() (err error) { c, err = wire.Open(e.Name(), wire.Options{}); return err })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// built returns a frame from end A to end B with a payload and VLAN tags.
func built(t testing.TB, payload string, vlans ...frame.VLAN) []byte {
	t.Helper()
	tmpl, err := frame.Header{
		Source: frame.Endpoint{MAC: frametest.MACA, Addr: netip.MustParseAddr("fe80::a"), Port: 6665},
		Target: frame.Endpoint{MAC: frametest.MACB, Addr: netip.MustParseAddr("fe80::b"), Port: 6666},
		VLANs:  vlans,
	}.Template()
	if err == nil {
		var f []byte
		if f, err = tmpl.Append(nil, []byte(payload)); err == nil {
			return f
		}
	}
	t.Fatal(err)
	return nil
}

func send(t testing.TB, c *wire.Conn, frames ...[]byte) {
	t.Helper()
	if n, err := c.SendBatch(frames); err != nil {
		t.Fatalf("frame %d: %v", n, err)
	}
}

// carrying matches a payload.
func carrying(payload string) func(frametest.Packet) bool {
	return func(p frametest.Packet) bool {
		f, err := p.Frame()
		return err == nil && bytes.Equal(f.Payload, []byte(payload))
	}
}

// gone waits until a process has ended. Its new parent may take its time to bury it.
func gone(t testing.TB, pid int) {
	t.Helper()
	for over := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		_, state, _ := strings.Cut(string(stat), ") ")
		if errors.Is(err, os.ErrNotExist) || strings.HasPrefix(state, "Z") {
			return
		}
		if time.Now().After(over) {
			t.Fatalf("process %d still runs: %s", pid, stat)
		}
	}
}
