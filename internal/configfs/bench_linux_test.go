package configfs

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"netkmsg/frame/frametest"
	"netkmsg/internal/targets"
)

// BenchmarkTargets makes, lists, enables, saves and removes targets by system calls, as scripts do, and tells the time
// for each of them; it should not grow with their number. Bytes are those of the heap.
func BenchmarkTargets(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			p := frametest.NewPair(b)
			for range b.N {
				benchTargets(b, p, n)
			}
		})
	}
}

func benchTargets(b *testing.B, p *frametest.Pair, n int) {
	o := silentOptions(slog.New(slog.DiscardHandler))
	set := targets.New(o)
	tree := newTree(set, func() {})
	m := serve(b, b.TempDir(), tree)
	dir := m.place.Dir()
	defer m.Close()
	at := func(i int, file string) string { return filepath.Join(dir, fmt.Sprint("t", i), file) }
	each := func(what string, do func(i int) error) {
		b.Helper()
		begin := time.Now()
		err := p.A.Do(func() error {
			for i := range n {
				if err := do(i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatalf("%s: %v", what, err)
		}
		b.ReportMetric(float64(time.Since(begin).Nanoseconds())/float64(n), "ns/"+what)
	}
	write := func(file, s string) func(int) error {
		return func(i int) error { _, err := writeOnce(at(i, file), s); return err }
	}
	before := heap()
	each("mkdir", func(i int) error { return os.Mkdir(at(i, ""), 0) })
	b.ReportMetric(float64(int64(heap()-before))/float64(n), "B/idle")
	each("write", write("dev_name", p.A.Name()))
	each("address", write("remote_ip", "192.0.2.9"))
	each("source", write("local_ip", "192.0.2.1"))
	begin := time.Now()
	if es, err := os.ReadDir(dir); err != nil || len(es) != n {
		b.Fatalf("%d entries, %v", len(es), err)
	}
	b.ReportMetric(float64(time.Since(begin).Nanoseconds())/float64(n), "ns/list")
	before = heap()
	each("enable", write("enabled", "1"))
	b.ReportMetric(float64(int64(heap()-before))/float64(n), "B/enabled")
	begin = time.Now()
	tree.state()
	b.ReportMetric(float64(time.Since(begin).Nanoseconds())/float64(n), "ns/save")
	each("disable", write("enabled", "0"))
	each("rmdir", func(i int) error { return os.Remove(at(i, "")) })
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc + s.StackInuse
}
