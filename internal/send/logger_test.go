package send

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"
)

func TestLoggerText(t *testing.T) {
	var b bytes.Buffer
	log, err := NewLogger("text", &b)
	if err != nil {
		t.Fatal(err)
	}
	log.With("target", "cmdline0").Warn("it is late", "err", errors.New("no carrier"))
	if got, want := b.String(), "level=WARN msg=\"it is late\" target=cmdline0 err=\"no carrier\"\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLoggerJSON(t *testing.T) {
	var b bytes.Buffer
	log, err := NewLogger("json", &b)
	if err != nil {
		t.Fatal(err)
	}
	log.Error("gone", "dev", "eth0")
	var m struct {
		Time            time.Time
		Level, Msg, Dev string
	}
	if err := json.Unmarshal(b.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	if m.Level != "ERROR" || m.Msg != "gone" || m.Dev != "eth0" || time.Since(m.Time).Abs() > time.Hour {
		t.Errorf("%s", &b)
	}
}
