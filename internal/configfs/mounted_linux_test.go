package configfs

import (
	"log/slog"
	"os"
	"testing"

	"go.uber.org/goleak"

	"netkmsg/frame/frametest"
)

// mounted serves a model on a new directory until the test ends, and looks for goroutines that are left then.
func mounted(t testing.TB, m Model) string {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	mt := serve(t, t.TempDir(), m)
	t.Cleanup(func() {
		if err := mt.Close(); err != nil {
			t.Error(err)
		}
		goleak.VerifyNone(t, leaks)
	})
	return mt.place.Dir()
}

func serve(t testing.TB, dir string, m Model) *Mount {
	t.Helper()
	requireFUSE(t)
	mt, err := takeAndServe(dir, m, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	return mt
}

func takeAndServe(dir string, m Model, log *slog.Logger) (*Mount, error) {
	p, err := Take(dir, log)
	if err != nil {
		return nil, err
	}
	return p.Serve(m, log)
}

func requireFUSE(t testing.TB) {
	t.Helper()
	frametest.NewPair(t) // which knows what to say if namespaces are not allowed
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	frametest.Require(t, err == nil, "/dev/fuse, readable and writable")
	f.Close()
}
