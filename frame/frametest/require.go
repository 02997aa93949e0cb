package frametest

import (
	"os"
	"os/exec"
	"testing"
)

// Require skips the test, in one line that names what is needed, unless have is true. With NETKMSG_REQUIRE=all in the
// environment, as on a machine that is to run everything, it fails the test instead.
func Require(tb testing.TB, have bool, need string) {
	tb.Helper()
	switch {
	case have:
	case os.Getenv("NETKMSG_REQUIRE") == "all":
		tb.Fatalf("needs %s", need)
	default:
		tb.Skipf("needs %s", need)
	}
}

// RequireTool returns the path of a program, and treats its absence as Require does.
func RequireTool(tb testing.TB, name string) string {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		// Debian keeps ip, tc and nft where an ordinary user's PATH does not lead.
		for _, dir := range []string{"/usr/sbin/", "/sbin/"} {
			if path, err = exec.LookPath(dir + name); err == nil {
				break
			}
		}
	}
	Require(tb, err == nil, "the program "+name)
	return path
}
