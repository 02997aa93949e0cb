package send

import (
	"context"
	"strings"
	"testing"
)

// TestWords gives every flag each word that shells are told, and one more.
func TestWords(t *testing.T) {
	n := 0
	for _, f := range Flags().All() {
		words := Words(f.Name)
		if words == nil {
			continue
		}
		n++
		from := "-"
		if f.Name == "backlog" { // which is the kernel's alone
			from = "/dev/kmsg"
		}
		try := func(word string) (int, string) {
			status, _, diag := command(context.Background(), strings.NewReader("<6>one\n"), "--from", from, "--no-follow", "--"+f.Name+"="+word, "--no-wire",
				"--source-mac", "02:00:00:00:00:01", "@/,@fe80::2/")
			return status, diag
		}
		for _, w := range words {
			if status, diag := try(w); status == 2 && strings.Contains(diag, "--"+f.Name) {
				t.Errorf("--%s=%s is refused: %s", f.Name, w, diag)
			}
		}
		if status, diag := try("nonsense"); status != 2 || !strings.Contains(diag, "--"+f.Name) {
			t.Errorf("--%s=nonsense: exit status %d, %s", f.Name, status, diag)
		}
	}
	if n != 9 {
		t.Errorf("%d flags with words, want 9", n)
	}
}
