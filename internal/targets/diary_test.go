package targets

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestDiary keeps the latest lines, as they were passed on to the log.
func TestDiary(t *testing.T) {
	var out bytes.Buffer
	s := New(Options{Log: slog.New(slog.NewTextHandler(&out, nil))})
	x, err := s.Mkdir("t")
	if err != nil {
		t.Fatal(err)
	}
	for i := range diaryMax + 5 {
		x.logger().With("dev", "eth0").Warn("line", "n", i)
	}
	x.logger().Info("good news")
	got := x.Events()
	if len(got) != diaryMax || got[diaryMax-1].Text != "good news" || got[0].Text != "warn: line dev=eth0 n=6" || got[0].Time.IsZero() {
		t.Errorf("%d: %v", len(got), got)
	}
	if n := strings.Count(out.String(), "target=t dev=eth0"); n != diaryMax+5 {
		t.Errorf("%d lines were passed on", n)
	}
	if fmt.Sprint(x.Status().State) != "disabled" || x.Status().Why != "never enabled" {
		t.Errorf("%+v", x.Status())
	}
}
