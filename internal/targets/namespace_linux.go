package targets

import (
	"os"

	"netkmsg/internal/netdev/netns"
)

// openNamespace returns the network namespace of a process, 0 being our own. Its errors are of a process that has ended, or
// that we must not look at.
func openNamespace(pid int) (namespace, error) {
	home, err := netns.Of(os.Getpid())
	if err != nil {
		// Without /proc there is only one namespace that we know.
		return namespace{do: here, close: func() {}}, nil
	}
	defer home.Close()
	homeID, err := home.ID()
	if err != nil || pid == 0 {
		return namespace{homeID, here, func() {}}, err
	}
	ns, err := netns.Of(pid)
	if err != nil {
		return namespace{}, err
	}
	id, err := ns.ID()
	if err != nil || id == homeID {
		ns.Close()
		return namespace{homeID, here, func() {}}, err
	}
	return namespace{id, ns.Do, func() { ns.Close() }}, nil
}
