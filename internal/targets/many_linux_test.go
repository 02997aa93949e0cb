package targets

import (
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"syscall"
	"testing"
	"time"

	"netkmsg/internal/netconsole"
)

// TestOthers: targets whose device has no carrier, is missing or refuses every frame delay no other.
func TestOthers(t *testing.T) {
	b := newBench(t, netconsole.Helpful, nil)
	waits := b.enabled("waits", "local_ip=fe80::a")
	missing := b.made("missing", "dev_name=nonesuch")
	b.store(missing, "enabled", "1", syscall.ENODEV)
	b.B.SetDown()
	b.becomes(waits, netconsole.Paused)
	works := b.enabled("works", "dev_name=lo", "local_ip=::1", "remote_ip=::1")
	const n = 500
	for i := range n {
		b.log.write(6, fmt.Sprint(i))
	}
	b.until(works, func(c netconsole.Counts) bool { return c.Sent == n })
	if s := waits.Status(); s.State != netconsole.Paused || s.Counts.Sent != 0 {
		t.Errorf("%+v", s)
	}
	b.B.SetUp()
	b.becomes(waits, netconsole.Enabled)
	b.store(waits, "enabled", "0", 0)
	b.adds(waits, n, 0, 0, 0)
	b.adds(works, n, 0, 0, 0)
	b.adds(missing, 0, 0, 0, n)
}

// TestCarrier: a target that waits for the carrier of its device delays no other, and does not keep itself from being
// removed; nor does it keep the Set from being closed.
func TestCarrier(t *testing.T) {
	b := newBench(t, netconsole.Kernel, func(o *Options) { o.CarrierTimeout = time.Hour })
	b.A.SetDown()
	b.B.SetDown()
	x := b.made("x", "local_ip=fe80::a")
	done := make(chan error)
	enable := func() { done <- x.Store(t.Context(), "enabled", []byte("1"), b.pid) }
	go enable()
	b.told("waiting for the carrier")
	b.shows(x, "enabled", "0")
	b.key(x, "k", "v")
	if err := x.RmKey("k"); err != nil {
		t.Error(err)
	}
	works := b.enabled("works", "dev_name=lo", "local_ip=::1", "remote_ip=::1")
	b.log.write(6, "text")
	b.until(works, func(c netconsole.Counts) bool { return c.Sent == 1 })
	if err := b.set.Rmdir("x"); err != nil {
		t.Error(err)
	}
	if err := <-done; !errors.Is(err, syscall.ENOENT) {
		t.Errorf("the write: %v", err)
	}
	b.A.SetDown()
	x = b.made("y", "local_ip=fe80::a")
	go enable()
	b.told("waiting for the carrier\" target=y")
	b.close()
	if err := <-done; err == nil {
		t.Error("enabled without a carrier")
	}
}

// TestNamespaces has a target in each end's namespace, in one Set.
func TestNamespaces(t *testing.T) {
	b := newBench(t, netconsole.Helpful, nil)
	x := b.enabled("a")
	sleeper := b.B.Command("sleep", "1000")
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	c := b.A.Capture(t)
	y := b.made("b", "local_ip=fe80::b", "remote_ip=fe80::a")
	b.pid = sleeper.Process.Pid
	b.store(y, "enabled", "1", 0)
	b.says("both")
	for {
		p, err := c.Next(limit)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := p.Frame(); err == nil && f.Source.Addr == netip.MustParseAddr("fe80::b") && f.Target.Port == 6666 {
			break
		}
	}
	b.pid = 1 << 22 // there is no such process
	z := b.made("c")
	b.store(z, "enabled", "1", syscall.ENOENT)
	b.adds(x, 1, 0, 0, 0)
	b.adds(y, 1, 0, 0, 0)
}

// TestRemove makes, enables and removes targets at once, again and again.
func TestRemove(t *testing.T) {
	b := newBench(t, netconsole.Helpful, nil)
	done := make(chan error)
	for i := range 4 {
		go func() {
			var err error
			for n := 0; n < 25 && err == nil; n++ {
				name := fmt.Sprintf("%d.%d", i%2, n) // two of them want the same
				x, merr := b.set.Mkdir(name)
				if merr != nil {
					continue
				}
				x.Store(t.Context(), "remote_ip", []byte("fe80::b"), 0)
				x.Store(t.Context(), "enabled", []byte("1"), b.pid)
				b.log.write(6, "text")
				b.set.List()
				if err = b.set.Rmdir(name); err == nil {
					if _, serr := x.Show("enabled"); serr == nil {
						err = fmt.Errorf("%s can be read after it was removed", name)
					}
				}
			}
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if b.set.Len() != 0 || len(b.set.List()) != 0 {
		t.Errorf("%d targets are left", b.set.Len())
	}
	b.set.worlds.mu.Lock()
	defer b.set.worlds.mu.Unlock()
	if n := len(b.set.worlds.by); n != 0 {
		t.Errorf("%d worlds are left", n)
	}
}

// BenchmarkTargets tells what a target costs, by their number: time to make, to enable and to send one record, and memory.
func BenchmarkTargets(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for range b.N {
				var before, idle, on runtime.MemStats
				memory := func(m *runtime.MemStats) { runtime.GC(); runtime.ReadMemStats(m) }
				s, log, pid := benchSet(b)
				memory(&before)
				start := time.Now()
				var ts []*Target
				for i := range n {
					x, err := s.Mkdir(fmt.Sprint("t", i))
					if err != nil {
						b.Fatal(err)
					}
					ts = append(ts, x)
				}
				made := time.Now()
				memory(&idle)
				for _, x := range ts {
					for f, v := range map[string]string{"remote_ip": "::1", "local_ip": "::1", "dev_name": "lo"} {
						x.Store(b.Context(), f, []byte(v), pid)
					}
				}
				stored := time.Now()
				for _, x := range ts {
					if err := x.Store(b.Context(), "enabled", []byte("1"), pid); err != nil {
						b.Fatal(err)
					}
				}
				enabled := time.Now()
				log.write(6, "text")
				for _, x := range ts {
					for x.account.Counts().Sent < 1 {
						runtime.Gosched()
					}
				}
				sent := time.Now()
				memory(&on)
				per := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(n) / 1000 }
				b.ReportMetric(per(made.Sub(start)), "µs-make")
				b.ReportMetric(per(enabled.Sub(stored)), "µs-enable")
				b.ReportMetric(per(sent.Sub(enabled)), "µs-record")
				b.ReportMetric(float64(idle.HeapAlloc-before.HeapAlloc)/float64(n), "B-idle")
				b.ReportMetric(float64(on.HeapAlloc+on.StackInuse-before.HeapAlloc-before.StackInuse)/float64(n), "B-enabled")
				s.Close(b.Context())
			}
		})
	}
}
