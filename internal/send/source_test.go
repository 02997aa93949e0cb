package send

import (
	"os"
	"testing"

	"netkmsg/frame/frametest"
)

func TestIsLog(t *testing.T) {
	for path, want := range map[string]bool{"/dev/null": false, "source_test.go": false, "/dev/kmsg": true} {
		f, err := os.Open(path)
		if path == "/dev/kmsg" {
			frametest.Require(t, err == nil, "a readable /dev/kmsg")
		} else if err != nil {
			t.Fatal(err)
		}
		if got := isLog(f); got != want {
			t.Errorf("%s: %v", path, got)
		}
		f.Close()
	}
}
