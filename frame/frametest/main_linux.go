package frametest

import (
	"errors"
	"fmt"
	"runtime"

	"netkmsg/internal/netdev/netns"
)

// errUnusable says why NewPair cannot work.
var errUnusable = errNoMain

var errNoMain = errors.New("make a pair: TestMain has not called frametest.Main")

// enter sets errUnusable, or runs the test binary where it need not be set.
func enter(mounts bool) (code int, done bool) {
	// A command's thread ends with it (see Cmd), which the main thread could not. Tests never run on a thread that
	// this goroutine holds.
	runtime.LockOSThread()
	errUnusable = nil
	if !netns.Privileged() {
		code, err := netns.Reexec()
		if err == nil {
			return code, true
		}
		errUnusable = explain(err)
		return 0, false
	}
	if mounts {
		code, done, err := netns.ReexecMounts()
		if err != nil {
			errUnusable = explain(err)
		}
		if done || err != nil {
			return code, done
		}
	}
	ns, err := netns.New()
	if err != nil {
		errUnusable = explain(err)
		return 0, false
	}
	ns.Close()
	return 0, false
}

func explain(err error) error {
	return fmt.Errorf("root or user namespaces (%w; see sysctl user.max_user_namespaces, "+
		"kernel.apparmor_restrict_unprivileged_userns)", err)
}
