package firewall

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// exits returns the error of a program that ends with a status.
func exits(status int) error { return exec.Command("sh", "-c", "exit "+strconv.Itoa(status)).Run() }

// TestFirewalldAllOrNone: what was added before a failure is taken away again,
// and nothing else.
func TestFirewalldAllOrNone(t *testing.T) {
	rs := rules(t, "@/,@192.0.2.2/;@/,@fe80::b/", Options{Side: Destination})
	there := rs[0].at("--zone=drop")
	var added []string
	tool := Tool{Firewalld, func(_ context.Context, _ string, argv []string) ([]byte, error) {
		switch line := strings.Join(argv, " "); {
		case strings.Contains(line, "--get-default-zone"):
			return []byte("drop\n"), nil
		case strings.Contains(line, "--permanent --list-all-zones"):
			return []byte("drop\n  rich rules: \n"), nil
		case strings.Contains(line, "--list-all-zones"):
			return []byte("drop (active)\n  rich rules: \n\t" + there + "\n"), nil
		case strings.Contains(line, "--add-rich-rule") && strings.Contains(line, "--permanent") && strings.Contains(line, "ipv6"):
			return nil, errors.New("fails")
		case strings.Contains(line, "--add-rich-rule"):
			added = append(added, line)
		case strings.Contains(line, "--remove-rich-rule"):
			i := slices.Index(added, strings.Replace(line, "--remove-", "--add-", 1))
			if i < 0 {
				t.Errorf("%s takes away what was there before", line)
				return nil, nil
			}
			added = slices.Delete(added, i, i+1)
		default:
			t.Errorf("unexpected: %s", line)
		}
		return nil, nil
	}}
	if err := tool.Apply(context.Background(), rs); err == nil || len(added) != 0 {
		t.Errorf("%v, left %v", err, added)
	}
}

// TestFirewalldSays: what firewall-cmd's exit status means.
func TestFirewalldSays(t *testing.T) {
	rs := rules(t, "@/,@fe80::b/", Options{Side: Source})
	for status, want := range map[int]string{
		unknown: "the rule is not in place among the direct rules: ", // no policies
		stopped: "exit status 252 (start firewalld, or choose another --format)",
		noBus:   "exit status 36 (start firewalld, or choose another --format)",
		13:      "exit status 13",
	} {
		tool := Tool{Firewalld, func(_ context.Context, _ string, argv []string) ([]byte, error) {
			if slices.Contains(argv, "--direct") {
				return nil, nil
			}
			return nil, exits(status)
		}}
		if err := tool.Check(context.Background(), rs); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("status %d: %v, want %s", status, err, want)
		}
	}
}
