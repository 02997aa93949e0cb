package lastcrash

import (
	"os"
	"path/filepath"
	"testing"
)

// TestMemory has none in an ordinary boot, and what is not a kernel's memory.
func TestMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vmcore")
	if cs, err := Memory(path); cs != nil || err != nil {
		t.Errorf("%v, %v", cs, err)
	}
	if err := os.WriteFile(path, []byte("too short"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "read crash " + path + ": read its header: EOF"
	if cs, err := Memory(path); cs != nil || err == nil || err.Error() != want {
		t.Errorf("%v, %v; want %s", cs, err, want)
	}
}
