package send

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/internal/lastcrash"
	"netkmsg/internal/logline"
)

// TestErase erases what can be, and says only what is true.
func TestErase(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "dmesg-ramoops-0"), filepath.Join(dir, "full")
	if err := os.WriteFile(good, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(bad, "x"), 0o700); err != nil { // not to be removed, by root neither
		t.Fatal(err)
	}
	crashes := []lastcrash.Crash{{Origin: "good", Files: []string{good, filepath.Join(dir, "gone")}}, {Origin: "bad", Files: []string{bad}},
		{Origin: "memory"}}
	var said bytes.Buffer
	log, err := logline.New("text", &said)
	if err != nil {
		t.Fatal(err)
	}
	if err := (&Options{}).erase(log, crashes, nil); err != nil || said.Len() > 0 {
		t.Errorf("not asked to: %v, %s", err, &said)
	}
	o := Options{EraseCrash: true}
	if err := o.erase(log, crashes, nil); err == nil || !strings.HasPrefix(err.Error(), "--erase-crash: ") {
		t.Errorf("what could not be erased: %v", err)
	}
	if _, err := os.Stat(good); !os.IsNotExist(err) {
		t.Errorf("not erased: %v", err)
	}
	if s := said.String(); !strings.Contains(s, "origin=good") || strings.Contains(s, "origin=bad") || strings.Contains(s, "origin=memory") {
		t.Errorf("it says\n%s", s)
	}
}
