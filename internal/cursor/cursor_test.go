package cursor

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func open(t testing.TB, path, boot string, targets ...string) *File {
	t.Helper()
	c, err := Open(path, boot, targets)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestFile goes through the runs of two boots.
func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cursor")
	for i, run := range []struct {
		boot, target string
		known        bool
		want         State
		sending      uint64
		settled      uint64
	}{
		{"b1", "a", false, State{}, 10, 7},
		{"b1", "a", true, State{7, 10}, 0, 0},
		{"b1", "b", false, State{}, 5, 5},
		{"b1", "a", true, State{7, 10}, 12, 12},
		{"b1", "a", true, State{12, 12}, 0, 3}, // never back
		{"b1", "a", true, State{12, 12}, 0, 0},
		{"b1", "b", true, State{5, 5}, 0, 0},
		{"b2", "b", false, State{}, 1, 1},
		{"b2", "a", false, State{}, 0, 0},
		{"b2", "b", true, State{1, 1}, 0, 0},
	} {
		c := open(t, path, run.boot, run.target)
		x, known := c.Target(run.boot, run.target)
		if known != run.known || x.State() != run.want {
			t.Errorf("run %d: %v, %+v", i, known, x.State())
		}
		if run.sending > 0 {
			x.Sending(run.sending)
		}
		if run.settled > 0 {
			x.Settled(run.settled)
		}
		if err := c.Err(); err != nil {
			t.Error(err)
		}
		c.Close()
	}
}

// TestOrder: the target of the second line may be the first to write.
func TestOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cursor")
	c := open(t, path, "b", "x", "y")
	c.Target("b", "x")
	y, _ := c.Target("b", "y")
	y.Settled(9)
	c.Close()
	c = open(t, path, "b", "x", "y")
	if _, known := c.Target("b", "x"); known {
		t.Error("x is known")
	}
	if y, known := c.Target("b", "y"); !known || y.State().Next != 9 {
		t.Errorf("%+v", y.State())
	}
}

func TestRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cursor")
	for _, content := range []string{"x", "a log\n", strings.Repeat("x", lineLen), string((line{boot: "b", target: "t"}).append(nil))[1:] + "x",
		string(line{boot: "b", target: "t", State: State{Next: 5, Doubt: 4}}.append(nil))} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, "b", []string{"t"}); err == nil || !strings.Contains(err.Error(), "line 1 is none of a cursor (name another file, or remove this one)") {
			t.Errorf("%q: %v", content[:1], err)
		}
		if got, _ := os.ReadFile(path); string(got) != content {
			t.Error("a file that is not ours was changed")
		}
	}
	os.WriteFile(path, make([]byte, maxLines*lineLen), 0o600)
	if _, err := Open(path, "b", []string{"t"}); err == nil || !strings.Contains(err.Error(), "too long for a cursor") {
		t.Error(err)
	}
	os.WriteFile(path, make([]byte, 3*lineLen), 0o600)
	c := open(t, path, "b", "t")
	if _, err := Open(path, "b", []string{"t"}); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Error(err)
	}
	c.Close()
	if _, err := Open(path, "b", []string{strings.Repeat("t", lineLen)}); err == nil {
		t.Error("too long a target is taken")
	}
	if _, err := Open(filepath.Join(path, "x"), "b", nil); err == nil {
		t.Error("opens what cannot be there")
	}
}

// TestAllocs: a step of the cursor is a system call and no memory.
func TestAllocs(t *testing.T) {
	x, _ := open(t, filepath.Join(t.TempDir(), "cursor"), "b", "t").Target("b", "t")
	n := uint64(0)
	if got := testing.AllocsPerRun(100, func() { n += 64; x.Sending(n); x.Settled(n) }); got != 0 {
		t.Errorf("%v allocations", got)
	}
}

// FuzzParse: what is read is written alike.
func FuzzParse(f *testing.F) {
	f.Add([]byte(line{boot: "b", target: "t", State: State{7, 9}}.append(nil)))
	f.Add(make([]byte, lineLen))
	f.Fuzz(func(t *testing.T, b []byte) {
		ls, err := parse(b)
		if err != nil {
			return
		}
		for i, l := range ls {
			if want := string(l.append(nil)); l.target != "" && want != string(b[i*lineLen:(i+1)*lineLen]) {
				t.Fatalf("line %d of %q", i, b)
			}
		}
	})
}

func Example() {
	fmt.Println(strings.TrimSpace(string(line{boot: "6c1f", target: "6665@/eth0,6666@fe80::2/ff:ff:ff:ff:ff:ff", State: State{7, 9}}.append(nil))))
	// Output: boot=6c1f next=7 doubt=9 target=6665@/eth0,6666@fe80::2/ff:ff:ff:ff:ff:ff
}
