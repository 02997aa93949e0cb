package frametest

import (
	"os"
	"testing"
)

// Runner is what Main and its like need of a *testing.M.
type Runner interface{ Run() int }

// Main runs a package's tests where they may make network namespaces, and exits. Call it from TestMain.
//
// Root stays as it is. For anybody else the test binary runs once more, with the same arguments and files, as root of
// a user namespace, and its output and exit code are passed on. Where that is not allowed the tests run as they are,
// and NewPair skips those that call it.
func Main(m *testing.M) { os.Exit(Namespaced(m).Run()) }

// Namespaced returns a Runner that runs m as Main does, for packages whose TestMain has other needs too:
//
//	testscript.Main(frametest.Namespaced(m), commands)
func Namespaced(m Runner) Runner { return namespaced{m: m} }

// WithMounts returns a Runner that runs m as Main does, and for root too in a mount namespace of its own: what a test
// mounts, or what a process that it kills has mounted, never reaches the host and ends with the tests.
func WithMounts(m Runner) Runner { return namespaced{m, true} }

type namespaced struct {
	m      Runner
	mounts bool
}

func (n namespaced) Run() int {
	if code, done := enter(n.mounts); done {
		return code
	}
	return n.m.Run()
}
