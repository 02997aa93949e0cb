package send

import (
	"context"
	"os"
	"strings"
	"testing"
)

func TestAdmit(t *testing.T) {
	tests := []struct {
		flag string
		want string // the levels that pass
	}{
		{"", "01234567"},
		{"all", "01234567"},
		{"0", ""},
		{"1", "0"},
		{"4", "0123"},
		{"7", "0123456"},
		{"8", "01234567"},
		{"15", "01234567"},
	}
	for _, tt := range tests {
		f, err := Admit(tt.flag)
		if err != nil {
			t.Errorf("--loglevel %s: %v", tt.flag, err)
			continue
		}
		if got := passing(f); got != tt.want {
			t.Errorf("--loglevel %s passes %q, want %q", tt.flag, got, tt.want)
		}
	}
}

func passing(f func(int) bool) string {
	if f == nil {
		return "01234567"
	}
	var b strings.Builder
	for l := range 8 {
		if f(l) {
			b.WriteByte('0' + byte(l))
		}
	}
	return b.String()
}

// TestConsoleLevel changes the kernel's settings while they are followed.
func TestConsoleLevel(t *testing.T) {
	printk, ignore := file(t, ""), file(t, "N\n")
	c, err := openConsoleLevel(printk, ignore)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ printk, ignore, want string }{
		{"4\t4\t1\t7\n", "N\n", "0123"},
		{"7\t4\t1\t7\n", "N\n", "0123456"},
		{"15\t4\t1\t7\n", "N\n", "01234567"},
		{"1\t4\t1\t7\n", "N\n", "0"},
		{"1\t4\t1\t7\n", "Y\n", "01234567"},
		{"1\t4\t1\t7\n", "N\n", "0"},
		{"", "N\n", "01234567"},
		{"what\t4\n", "N\n", "01234567"},
	}
	for _, tt := range tests {
		set(t, printk, tt.printk)
		set(t, ignore, tt.ignore)
		if got := passing(c.admit); got != tt.want {
			t.Errorf("printk %q, ignore_loglevel %q: passes %q, want %q", tt.printk, tt.ignore, got, tt.want)
		}
	}
	// The files may be unmounted.
	set(t, printk, "3\t4\t1\t7\n")
	if err := os.Remove(printk); err != nil {
		t.Fatal(err)
	}
	if got := passing(c.admit); got != "012" {
		t.Errorf("after its removal: passes %q, want 012", got)
	}
}

func set(t *testing.T, path, s string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(s), 0); err != nil {
		t.Fatal(err)
	}
}

func TestConsoleLevelFiles(t *testing.T) {
	dir := t.TempDir()
	if _, err := openConsoleLevel(dir+"/printk", dir+"/ignore"); err == nil || !strings.Contains(err.Error(), "mount /proc, or give a number") {
		t.Errorf("without /proc: %v", err)
	}
	c, err := openConsoleLevel(file(t, "5\t4\t1\t7\n"), dir+"/ignore")
	if err != nil {
		t.Fatal(err)
	}
	if got := passing(c.admit); got != "01234" {
		t.Errorf("without /sys: passes %q, want 01234", got)
	}
}

// TestLevelFlag filters through the command.
func TestLevelFlag(t *testing.T) {
	log := file(t, "3,0,0,-;error\n6,1,0,-;info\n11,2,0,-;error of a user's\n4,3,0,-;warning\n")
	for level, want := range map[string]accounted{
		"4":   {Read: 4, Sent: 2, Filtered: 2, Frames: 2},
		"all": {Read: 4, Sent: 4, Frames: 4},
		"0":   {Read: 4, Filtered: 4},
	} {
		status, _, diag := command(context.Background(), nil, "--no-wire", "--from", log, "--loglevel", level,
			"--log-format", "json", "--source-mac", "02:00:00:00:00:01", "@fe80::1/eth0,@fe80::2/")
		got := account(t, diag, "cmdline0")
		got.Bytes = 0
		if got != want || status != 0 {
			t.Errorf("--loglevel %s: exit status %d, %+v, want 0, %+v", level, status, got, want)
		}
	}
}
