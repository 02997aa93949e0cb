package netns

import (
	"fmt"
	"os"
	"syscall"
)

// Of returns the network namespace of a process or thread that this process can see in /proc. Opening it needs the right
// to ptrace that process (proc_pid_ns(5)), entering it CAP_SYS_ADMIN in the user namespace that owns it.
func Of(pid int) (*NS, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		return nil, fmt.Errorf("open the network namespace of process %d: %w", pid, err)
	}
	return &NS{f}, nil
}

// An ID names a network namespace for as long as a handle to it is open.
type ID struct{ dev, ino uint64 }

// ID returns the namespace's. Handles to the same namespace have the same.
func (n *NS) ID() (ID, error) {
	fi, err := n.f.Stat()
	if err != nil {
		return ID{}, fmt.Errorf("look at a network namespace: %w", err)
	}
	st := fi.Sys().(*syscall.Stat_t)
	return ID{uint64(st.Dev), st.Ino}, nil
}
