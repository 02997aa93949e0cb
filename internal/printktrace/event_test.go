package printktrace

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []Event
	}{
		{"nothing", "", nil},
		{"one", "            bash-18790   [000] d....  5354.338694: console: two\n", []Event{{"bash", 18790, 0, 5354338694, "two"}}},
		{"a long name, many processors", "    kworker/u8:1-32      [127] d..1. 12345.000001: console: x\n", []Event{{"kworker/u8:1", 32, 127, 12345000001, "x"}}},
		{"a name with dashes and blanks", "   my -5 [000] x-7       [001] d....     0.000000: console: y: console: z\n", []Event{{"my -5 [000] x", 7, 1, 0, "y: console: z"}}},
		{"fifteen letters", " systemd-journal-200     [003] d....     1.000000: console: a\n", []Event{{"systemd-journal", 200, 3, 1000000, "a"}}},
		{"several lines", "              sh-1       [000] d....     1.000000: console: a\nb\n\n              sh-1       [000] d....     2.000000: console: c\n",
			[]Event{{"sh", 1, 0, 1000000, "a\nb\n"}, {"sh", 1, 0, 2000000, "c"}}},
		{"no text", "              sh-1       [000] d....     1.000000: console: \n", []Event{{"sh", 1, 0, 1000000, ""}}},
		{"lost", "              sh-1       [000] d....     1.000000: console: a\nCPU:1 [LOST 12 EVENTS]\n", []Event{{"sh", 1, 0, 1000000, "a"}}},
		{"bytes as they are", "              sh-1       [000] d....     1.000000: console: \\ \xff\t\n", []Event{{"sh", 1, 0, 1000000, "\\ \xff\t"}}},
		{"an idle processor", "          <idle>-0       [001] d.h..     1.000000: console: a\n", []Event{{"swapper/1", 0, 1, 1000000, "a"}}},
		{"other events", "              sh-1       [000] d....     1.000000: sched_switch: a\n", nil},
	} {
		if d := cmp.Diff(c.want, parse([]byte(c.text))); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestNamed(t *testing.T) {
	const list = "7 kworker/u8:1\n18790 ba sh\n79 x\n"
	for pid, want := range map[int]string{18790: "ba sh", 79: "x", 7: "kworker/u8:1", 9: "", 1879: ""} {
		if got, ok := named([]byte(list), pid); got != want || ok != (want != "") {
			t.Errorf("%d: %q, %v, want %q", pid, got, ok, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("            bash-18790   [000] d....  5354.338694: console: two\nlines\n")
	f.Fuzz(func(t *testing.T, s string) {
		for _, e := range parse([]byte(s)) {
			if len(e.Task) > taskWidth || !strings.Contains(s, e.Text) {
				t.Fatalf("%q: %+v", s, e)
			}
		}
	})
}
