package send

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"netkmsg/internal/lastcrash"
	"netkmsg/internal/logline"
	"netkmsg/kmsg"
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

// TestLastCrashOnce: a target that goes on in this boot's log had the crash
// before it, which is then kept, as nobody knows whether all of it went out.
func TestLastCrashOnce(t *testing.T) {
	fsys := fstest.MapFS{"dmesg-ramoops-0": {Data: []byte("Panic#1 Part1\n<0>[    1.000000] Kernel panic\n")}}
	places := []lastcrash.Place{{Kind: "pstore", Path: "/pstore", FS: fsys}}
	for _, tt := range []struct {
		resumed []bool
		sent    []bool
		erase   bool
	}{
		{[]bool{false, false}, []bool{true, true}, true},
		{[]bool{true, false}, []bool{false, true}, false},
		{[]bool{true, true}, []bool{false, false}, false},
	} {
		var plan []*target
		log, err := logline.New("text", io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range tt.resumed {
			plan = append(plan, &target{resumed: r, log: log})
		}
		crashes, err := (&Options{LastCrash: "first", Cursor: "c"}).lastCrash(log, places, &logs{each: make([]kmsg.Source, 2)}, plan)
		if err != nil || len(crashes) > 0 != tt.erase {
			t.Errorf("%v: %d crashes may be erased, %v", tt.resumed, len(crashes), err)
		}
		for i, x := range plan {
			if (x.past != nil) != tt.sent[i] {
				t.Errorf("%v: target %d is sent the crash: %v", tt.resumed, i, x.past != nil)
			}
		}
	}
}
