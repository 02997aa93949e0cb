package firewall

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestUFWShown: a rule is found in the spelling that ufw 0.36.2 lists it in,
// and only the whole rule.
func TestUFWShown(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	fake := func(script string) {
		if err := os.WriteFile(filepath.Join(dir, "ufw"), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		config string
		o      Options
		shown  string
	}{
		{"@fe80::1/,@fe80::2/", Options{Side: Destination, Interface: "eth1"}, "ufw allow in on eth1 from fe80::1 to any port 6666 proto udp"},
		{"@192.0.2.1/,@192.0.2.2/", Options{Side: Destination}, "ufw allow from 192.0.2.1 to any port 6666 proto udp"},
		{"@/,514@192.0.2.2/", Options{Side: Destination, Interface: "eth1"}, "ufw allow in on eth1 to any port 514 proto udp"},
		{"@/,514@192.0.2.2/", Options{Side: Destination}, "ufw allow 514/udp"},
		{"@/,514@fe80::2/", Options{Side: Destination}, "ufw allow 514/udp"},
		{"@/,@fe80::2/", Options{Side: Source}, "ufw allow out to fe80::2 port 6666 proto udp"},
		{"@/,@192.0.2.9/", Options{Side: Source, Interface: "eth0"}, "ufw allow out on eth0 to 192.0.2.9 port 6666 proto udp"},
	} {
		rs := rules(t, tt.config, tt.o)
		tool := NewTool(UFW)
		fake("echo 'Added user rules'; echo '" + tt.shown + "'")
		if err := tool.Check(context.Background(), rs); err != nil {
			t.Errorf("%s: %v", tt.shown, err)
		}
		fake("echo '" + tt.shown + "x'")
		if err := tool.Check(context.Background(), rs); !errors.Is(err, ErrMissing) {
			t.Errorf("%s: another rule is taken for it: %v", tt.shown, err)
		}
		fake("exit 1") // not root
		if err := tool.Check(context.Background(), rs); err == nil || errors.Is(err, ErrMissing) {
			t.Errorf("%s: ufw fails: %v", tt.shown, err)
		}
	}
}
