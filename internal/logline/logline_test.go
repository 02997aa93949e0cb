package logline

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Both are a Log.
var _, _ Log = (*Logger)(nil), (*slog.Logger)(nil)

var messages = []struct {
	msg  string
	args []any
}{
	{"account", []any{"target", "cmdline0", "read", uint64(807), "lost", 0}},
	{"two words", []any{"empty", "", "equals", "a=b", "quote", `say "x"`, "back", `\`, "line", "a\nb", "umlaut", "grün", "odd", "\u00a0", "tab", "a\tb"}},
	{"kinds", []any{"err", errors.New("it failed"), "took", 4 * time.Second, "yes", true, "addr", netip.MustParseAddrPort("[fe80::1]:6665"), "n", int64(-3)}},
	{"", nil},
}

// TestText writes what slog does.
func TestText(t *testing.T) {
	var got, want bytes.Buffer
	l, err := New("text", &got)
	if err != nil {
		t.Fatal(err)
	}
	s := slog.New(slog.NewTextHandler(&want, &slog.HandlerOptions{ReplaceAttr: func(g []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	for _, m := range messages {
		l.Info(m.msg, m.args...)
		s.Info(m.msg, m.args...)
		l.With("dev", "eth0", "n", 1).Warn(m.msg, m.args...)
		s.With("dev", "eth0", "n", 1).Warn(m.msg, m.args...)
		l.Error(m.msg, m.args...)
		s.Error(m.msg, m.args...)
	}
	if d := cmp.Diff(want.String(), got.String()); d != "" {
		t.Error(d)
	}
}

// TestJSON writes what slog does, as a reader of JSON sees it.
func TestJSON(t *testing.T) {
	var got, want bytes.Buffer
	l, err := New("json", &got)
	if err != nil {
		t.Fatal(err)
	}
	s := slog.New(slog.NewJSONHandler(&want, nil))
	for _, m := range append(messages[:len(messages):len(messages)], struct {
		msg  string
		args []any
	}{"not UTF-8: \xff, control: \x01\x1f", []any{"nothing", nil}}) {
		l.With("dev", "eth0").Info(m.msg, m.args...)
		s.With("dev", "eth0").Info(m.msg, m.args...)
	}
	a, b := lines(t, got.String()), lines(t, want.String())
	if d := cmp.Diff(b, a); d != "" {
		t.Error(d)
	}
}

func lines(t *testing.T, s string) (list []map[string]any) {
	t.Helper()
	for line := range strings.Lines(s) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		at, _ := m["time"].(string)
		if when, err := time.Parse(time.RFC3339Nano, at); err != nil || time.Since(when) > time.Minute {
			t.Errorf("time %q: %v", at, err)
		}
		delete(m, "time")
		list = append(list, m)
	}
	return list
}

func TestNewFormat(t *testing.T) {
	if _, err := New("xml", nil); err == nil {
		t.Error("xml was accepted")
	}
}

func FuzzJSON(f *testing.F) {
	f.Add("a\"b\\\x00\xff\u2028")
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		if err := json.Unmarshal(appendJSON(nil, s), &got); err != nil || got != strings.ToValidUTF8(s, "\ufffd") && !strings.Contains(got, "\ufffd") {
			t.Fatalf("%q became %q, %v", s, got, err)
		}
	})
}

// TestKmsg writes records with the kernel's levels, one for each message.
func TestKmsg(t *testing.T) {
	var got bytes.Buffer
	l, err := New("kmsg", &got)
	if err != nil {
		t.Fatal(err)
	}
	l = l.With("dev", "eth0")
	l.Info("started", "at", "a\nb")
	l.Warn("the carrier is away")
	l.Error("failed", "err", errors.New("no route"))
	want := "<6>netkmsg: started dev=eth0 at=\"a\\nb\"\n<4>netkmsg: the carrier is away dev=eth0\n<3>netkmsg: failed dev=eth0 err=\"no route\"\n"
	if d := cmp.Diff(want, got.String()); d != "" {
		t.Error(d)
	}
}
