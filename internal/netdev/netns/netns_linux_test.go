package netns_test

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netdev/netns"
)

func TestMain(m *testing.M) { frametest.Main(m) }

// made returns a new namespace.
func made(t *testing.T) *netns.NS {
	t.Helper()
	frametest.NewPair(t) // which knows what to say if namespaces are not allowed
	ns, err := netns.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ns.Close() })
	return ns
}

func where() string {
	s, _ := os.Readlink("/proc/thread-self/ns/net")
	return s
}

func TestNew(t *testing.T) {
	home := where()
	a, b := made(t), made(t)
	seen := map[string]bool{home: true}
	for _, ns := range []*netns.NS{a, b, a} {
		err := ns.Do(func() error {
			seen[where()] = true
			ifis, err := net.Interfaces()
			if len(ifis) != 1 || ifis[0].Name != "lo" || ifis[0].Flags&net.FlagUp != 0 {
				t.Errorf("a new namespace has %v", ifis)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if where() != home {
			t.Fatal("the thread has not come home")
		}
	}
	if len(seen) != 3 {
		t.Errorf("%v", seen)
	}
}

func TestClosed(t *testing.T) {
	ns := made(t)
	ns.Close()
	home := where()
	err := ns.Do(func() error { t.Error("ran somewhere"); return nil })
	if !errors.Is(err, syscall.EBADF) || where() != home {
		t.Errorf("%v, in %s", err, where())
	}
}

func TestPrivileged(t *testing.T) {
	made(t)
	if !netns.Privileged() {
		t.Error("namespaces can be made without privilege")
	}
}

// TestReexecOnce shows that the second process does not start a third.
func TestReexecOnce(t *testing.T) {
	t.Setenv("NETKMSG_REEXECUTED", "1")
	if code, err := netns.Reexec(); code != 0 || !errors.Is(err, os.ErrPermission) {
		t.Errorf("%d, %v", code, err)
	}
}
