package configfs

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestKilled kills the daemon at random moments, while writers make, change and remove targets. The next one always
// mounts, and has a tree that was: what the state file says, and of every writer a few consecutive targets.
func TestKilled(t *testing.T) {
	requireFUSE(t)
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	dir := filepath.Join(t.TempDir(), "tree")
	var gate sync.RWMutex // closed while nobody may write
	var wg sync.WaitGroup
	stop := make(chan struct{})
	gate.Lock()
	for w := range 3 {
		wg.Go(func() { churn(dir, w, &gate, stop) })
	}
	restored := 0
	for range rounds {
		kept, _ := os.ReadFile(dir + ".state")
		d := startDaemon(t, dir)
		if got := read(t, dir+"/.netkmsg/state"); kept != nil && got != string(kept) {
			t.Fatalf("restored\n%s\ninstead of\n%s", got, kept)
		}
		restored += takeRuns(t, dir)
		gate.Unlock()
		time.Sleep(rand.N(60 * time.Millisecond))
		d.Process.Kill()
		d.Wait()
		gate.Lock()
	}
	close(stop)
	gate.Unlock()
	wg.Wait()
	if restored < rounds {
		t.Errorf("%d targets were restored in %d rounds", restored, rounds)
	}
	if b, err := os.ReadFile("/proc/self/mountinfo"); err != nil || strings.Count(string(b), dir) > 1 {
		t.Errorf("dead mounts are left: %s, %v", b, err)
	}
	endDaemon(t, startDaemon(t, dir))
}

// churn makes targets w.0, w.1 …, each with a key, and removes each again after two more. A call that found no daemon is
// made again; what an earlier call did may be lost meanwhile.
func churn(dir string, w int, gate *sync.RWMutex, stop chan struct{}) {
	name := func(i int) string { return filepath.Join(dir, fmt.Sprintf("%d.%d", w, i)) }
	try := func(call func() error) {
		for {
			gate.RLock()
			err := call()
			gate.RUnlock()
			if err == nil || err == unix.EEXIST || err == unix.ENOENT {
				return
			}
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		try(func() error { return unix.Mkdir(name(i), 0) })
		try(func() error { _, err := writeOnce(name(i)+"/dev_name", fmt.Sprint("dev", i)); return err })
		try(func() error { return unix.Mkdir(name(i)+"/userdata/k", 0) })
		try(func() error { return unix.Rmdir(name(i-2) + "/userdata/k") })
		try(func() error { return unix.Rmdir(name(i - 2)) })
	}
}

// takeRuns removes all targets and returns how many there were. Those of one writer follow each other.
func takeRuns(t *testing.T, dir string) (n int) {
	t.Helper()
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	runs := map[int][]int{}
	for _, e := range es {
		var w, i int
		fmt.Sscanf(e.Name(), "%d.%d", &w, &i)
		runs[w] = append(runs[w], i)
	}
	for w, run := range runs {
		slices.Sort(run)
		for k, i := range run {
			if i != run[0]+k {
				t.Errorf("the targets of writer %d are %v", w, run)
			}
			name := filepath.Join(dir, fmt.Sprintf("%d.%d", w, i))
			if s := read(t, name+"/dev_name"); s != "eth0\n" && s != fmt.Sprintf("dev%d\n", i) {
				t.Errorf("%s: dev_name is %q", name, s)
			}
			unix.Rmdir(name + "/userdata/k")
			if err := unix.Rmdir(name); err != nil {
				t.Error(err)
			}
		}
		n += len(run)
	}
	return n
}
