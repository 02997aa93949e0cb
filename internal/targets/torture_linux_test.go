package targets

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netdev/build"
)

// TestTorture logs without pause while targets are switched off and on, changed, made and removed, and the device goes
// down and up, gets other addresses and names, joins and leaves a bridge, and is taken away (the kernel's self-test
// netcons_torture, and more). In the end every record has its outcome, and a target still works.
func TestTorture(t *testing.T) {
	const rounds = 150
	for _, policy := range []netconsole.Policy{netconsole.Kernel, netconsole.Helpful} {
		b := newBench(t, policy, nil)
		steady := b.enabled("steady", "local_ip=fe80::a", "extended=1")
		toggled := b.made("toggled", "remote_ip=192.0.2.9")
		stop := make(chan struct{})
		var crowd sync.WaitGroup
		work := func(f func(i int)) {
			crowd.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
						f(i)
					}
				}
			})
		}
		work(func(i int) { b.log.write(i%8, fmt.Sprint("record ", i)); time.Sleep(20 * time.Microsecond) })
		work(func(i int) { toggled.Store(t.Context(), "enabled", []byte(fmt.Sprint(i%2)), b.pid) })
		if policy == netconsole.Kernel { // which switches it off when the device joins a bridge
			work(func(i int) { steady.Store(t.Context(), "enabled", []byte("1"), b.pid) })
		}
		work(func(i int) {
			name := fmt.Sprint("new", i%3)
			if x, err := b.set.Mkdir(name); err == nil {
				x.Store(t.Context(), "remote_ip", []byte("fe80::b"), 0)
				x.Store(t.Context(), "enabled", []byte("1"), b.pid)
				x.MkKey("k")
				x.StoreKey("k", []byte(name))
				x.RmKey("k")
			}
			b.set.Rmdir(name)
		})
		work(func(i int) {
			for _, x := range b.set.List() {
				x.Status()
				x.Show("local_mac")
				x.Events()
			}
		})
		b.A.Enslave("br0")
		b.free()
		bridge := 0
		b.A.Do(func() error { l, err := netdev.Lookup("br0"); bridge = l.Index; return err })
		for i := range rounds {
			switch i % 6 {
			case 0:
				b.A.SetDown()
				b.A.SetUp()
			case 1:
				b.A.SetMAC(frame.MAC{2, 0, 0, 0, 1, byte(i)})
			case 2:
				b.B.SetDown()
				b.B.SetUp()
			case 3:
				b.A.Do(func() error { return build.SetMaster(b.A.Index(), bridge) })
				b.free()
			case 4:
				b.A.Rename("other")
				b.A.Rename("eth0")
			case 5:
				if i%30 == 29 {
					b.A.Delete()
					b.Connect()
				}
			}
		}
		close(stop)
		crowd.Wait()
		for over := time.Now().Add(limit); steady.Status().State != netconsole.Enabled; time.Sleep(time.Millisecond) {
			// Of a device that went right after it was renamed the last name may be unknown.
			steady.Store(t.Context(), "dev_name", []byte("eth0"), b.pid)
			steady.Store(t.Context(), "enabled", []byte("1"), b.pid)
			if time.Now().After(over) {
				t.Fatalf("%+v", steady.Status())
			}
		}
		before := steady.account.Counts().Sent
		b.log.write(6, "alive")
		b.until(steady, func(c netconsole.Counts) bool { return c.Sent > before && c.InFlight() == 0 })
		b.close()
		for _, x := range []*Target{steady, toggled} {
			c := x.Status().Counts
			if c.InFlight() != 0 || x == steady && c.Sent == 0 {
				t.Errorf("%v, %s: %+v", policy, x.name, c)
			}
			t.Logf("%v, %s: %+v", policy, x.name, c)
		}
	}
}
