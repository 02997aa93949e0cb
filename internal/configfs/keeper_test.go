package configfs

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// keeping starts a Keeper of a file and returns the text that it keeps and how to end it.
func keeping(t *testing.T, path string, log *slog.Logger) (k *Keeper, text *atomic.Value, stop func() error) {
	t.Helper()
	k, _, err := OpenKeeper(path, log)
	if err != nil {
		t.Fatal(err)
	}
	k.again = time.Millisecond
	text = new(atomic.Value)
	text.Store("")
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- k.Run(ctx, func() []byte { return []byte(text.Load().(string)) }) }()
	return k, text, func() error { cancel(); return <-ended }
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for begin := time.Now(); !ok(); time.Sleep(time.Millisecond) {
		if time.Since(begin) > 20*time.Second {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// logged is a log to look at while it is written.
type logged struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func contents(path string) string {
	b, _ := os.ReadFile(path)
	return string(b)
}

func TestKeeper(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	path := filepath.Join(t.TempDir(), "state")
	var log logged
	k, text, stop := keeping(t, path, slog.New(slog.NewTextHandler(&log, nil)))

	if _, _, err := OpenKeeper(path, slog.Default()); err == nil ||
		err.Error() != "keep the state in "+path+": another netkmsg mount uses it; give each its own --state" {
		t.Errorf("a second one: %v", err)
	}
	for _, s := range []string{"one", "two", ""} {
		text.Store(s)
		k.Changed()
		k.Changed()
		until(t, "writing "+s, func() bool { return contents(path) == s })
	}

	os.Mkdir(path+".new", 0o700) // so that it fails
	text.Store("three")
	k.Changed()
	until(t, "failing", func() bool { return strings.Contains(log.String(), "the state is not kept; trying again") })
	os.Remove(path + ".new")
	until(t, "trying again", func() bool { return contents(path) == "three" })

	text.Store("last, and nobody said so")
	if err := stop(); err != nil {
		t.Error(err)
	}
	k, old, err := OpenKeeper(path, slog.Default())
	if err != nil || string(old) != "last, and nobody said so" {
		t.Errorf("%q, %v", old, err)
	}
	k.lock.Close()
	if !strings.Contains(log.String(), "the state is kept again") || strings.Count(log.String(), "\n") != 2 {
		t.Error(log.String())
	}
}

func TestKeeperFails(t *testing.T) {
	if _, _, err := OpenKeeper(filepath.Join(t.TempDir(), "no/state"), slog.Default()); err == nil {
		t.Error("a file in no directory was opened")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "state")
	_, _, stop := keeping(t, path, slog.Default())
	os.RemoveAll(dir)
	if err := stop(); err == nil || !strings.Contains(err.Error(), "keep the state: open "+path+".new: no such file") {
		t.Errorf("the last writing: %v", err)
	}
}
