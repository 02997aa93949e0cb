// Package netns makes and enters private network namespaces, for tests and demonstrations. A namespace is held by a
// descriptor only, never by a mount: when the process ends, however it ends, the namespace and all devices in it go.
package netns

import (
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// A NS is a handle to a network namespace.
type NS struct{ f *os.File }

// New makes an empty network namespace, with nothing but a loopback device that is down. It needs CAP_SYS_ADMIN; see
// Reexec for how to have that. The calling thread stays where it was.
func New() (*NS, error) {
	var n *NS
	err := elsewhere(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("make a network namespace: %w", err)
		}
		var err error
		n, err = current()
		return err
	})
	return n, err
}

// Do runs fn on the calling goroutine, whose thread is inside the namespace meanwhile. Sockets that fn opens and
// processes that it starts belong to the namespace for good; goroutines that it starts run outside. Calls may be
// nested. Panics and runtime.Goexit (t.Fatal) in fn are fine.
func (n *NS) Do(fn func() error) error {
	return elsewhere(func() error {
		if err := n.Enter(); err != nil {
			return err
		}
		return fn()
	})
}

// Enter moves the calling thread into the namespace. The goroutine should be locked to the thread.
func (n *NS) Enter() error {
	if err := unix.Setns(n.FD(), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter a network namespace: %w", err)
	}
	return nil
}

// FD returns the descriptor, which stays the handle's.
func (n *NS) FD() int { return int(n.f.Fd()) }

// Close gives the handle up. The namespace ends with its last handle, process and socket.
func (n *NS) Close() error { return n.f.Close() }

// elsewhere runs fn, which may change the thread's namespace, and returns the thread to the one that it was in.
func elsewhere(fn func() error) error {
	runtime.LockOSThread()
	home, err := current()
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer func() {
		err := home.Enter()
		home.Close()
		if err != nil {
			// A thread in the wrong namespace must not run anything else: left locked, it ends with its goroutine.
			panic(err)
		}
		runtime.UnlockOSThread()
	}()
	return fn()
}

// current opens the calling thread's namespace; /proc/self would be the main thread's.
func current() (*NS, error) {
	f, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return nil, fmt.Errorf("open the thread's network namespace: %w", err)
	}
	return &NS{f}, nil
}
