//go:build unix

package cursor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestYield opens a cursor that another run has, and who offers to end.
func TestYield(t *testing.T) {
	defer func(d time.Duration) { handoverTime = d }(handoverTime)
	path := filepath.Join(t.TempDir(), "cursor")
	for _, tt := range []struct {
		name    string
		offers  bool // to end when asked
		keeps   bool // its word
		left    bool // a killed run left a pipe
		wait    time.Duration
		refused string
	}{
		{"who does not offer it is left alone", false, false, false, 5 * time.Second, "in use by another process"},
		{"a pipe without a reader is no offer", false, false, true, 5 * time.Second, "in use by another process"},
		{"who offers it is asked and waited for", true, true, false, 5 * time.Second, ""},
		{"an offer replaces what a killed run left", true, true, true, 5 * time.Second, ""},
		{"who is asked and stays is told of", true, false, false, time.Millisecond, "asked to yield, it has not ended within 1ms"},
	} {
		handoverTime = tt.wait
		os.Remove(yieldPath(path))
		if tt.left {
			y, err := OfferYield(path)
			if err != nil {
				t.Fatal(err)
			}
			y.pipe.Close()
		}
		first := open(t, path, "b", "t")
		done := make(chan error, 1)
		if tt.offers {
			y, err := OfferYield(path)
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				<-y.Asked()
				if tt.keeps {
					y.Close()
					first.Close()
				}
				done <- nil
			}()
		}
		second, err := Open(path, "b", []string{"t"})
		if err == nil {
			second.Close()
		}
		if (err == nil) != (tt.refused == "") || err != nil && !strings.Contains(err.Error(), tt.refused) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.offers {
			<-done
		}
		first.Close()
	}
	if _, err := OfferYield(filepath.Join(path, "x")); err == nil {
		t.Error("an offer where no pipe can be")
	}
}
