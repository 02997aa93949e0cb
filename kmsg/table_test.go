package kmsg_test

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"netkmsg/kmsg"
)

func numbered(i int) netip.AddrPort {
	var a [16]byte
	a[0] = 0xfd
	binary.BigEndian.PutUint32(a[12:], uint32(i))
	return netip.AddrPortFrom(netip.AddrFrom16(a), 6665)
}

func hosts(c *kmsg.Collector) (list []string) {
	for s := range c.States() {
		list = append(list, fmt.Sprintf("%s idle %v, %d datagrams", s.Host, s.Idle, s.Account.Datagrams))
	}
	return list
}

func TestHosts(t *testing.T) {
	c := kmsg.NewCollector(kmsg.CollectOptions{})
	now := time.Unix(1e9, 0)
	for _, h := range []string{"192.0.2.1:6665", "192.0.2.1:6664", "[::ffff:192.0.2.1]:6665", "[fe80::1%eth0]:6665", "[fe80::1%eth1]:6665", "192.0.2.1:6665"} {
		c.Receive(now, netip.MustParseAddrPort(h), []byte("x\n"))
		now = now.Add(time.Second)
	}
	c.Advance(now)
	got := strings.Join(hosts(c), "\n")
	want := strings.Join([]string{"192.0.2.1:6665 idle 1s, 3 datagrams", "[fe80::1%eth1]:6665 idle 2s, 1 datagrams",
		"[fe80::1%eth0]:6665 idle 3s, 1 datagrams", "192.0.2.1:6664 idle 5s, 1 datagrams"}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for range c.States() {
		break
	}
}

// The idlest host goes, with all that waits for it and its account.
func TestRetire(t *testing.T) {
	s := play(t, kmsg.CollectOptions{Hosts: 1})
	s.at(`0 6,1,1,-;a\n`, `0 6,3,3,-;c\n`, `7 bob 6,1,1,-;A\n`)
	s.want(`1 "a"`, "-- 1 record missing: 2, lost or filtered by the sender --", `3 "c", lost 1`,
		"-- host forgotten to make room, idle for 7ms: 2 datagrams, 1 missing --", `bob: 1 "A"`)
	s.at(`8 6,2,2,-;b\n`) // a new acquaintance
	s.want("bob: -- host forgotten to make room, idle for 1ms: 1 datagram, 0 missing --", `2 "b"`)
	s.end("Datagrams:4", "Missing:1", "Received:4")
	if got := s.c.Totals(); got.Retired != 2 || got.Hosts != 1 {
		t.Errorf("%+v", got)
	}
}

// Newcomers go before those that have talked for a while, but not all of them.
func TestRetireOrder(t *testing.T) {
	c := kmsg.NewCollector(kmsg.CollectOptions{Hosts: 16})
	now := time.Unix(1e9, 0)
	talk := func(i, n int) {
		for range n {
			now = now.Add(time.Millisecond)
			c.Receive(now, numbered(i), []byte("x\n"))
		}
	}
	known := func(i int) bool {
		for s := range c.States() {
			if s.Host == numbered(i) {
				return true
			}
		}
		return false
	}
	for i := range 10 {
		talk(i, 8)
	}
	for i := 100; i < 200; i++ {
		talk(i, 7)
	}
	for i := range 10 {
		if !known(i) {
			t.Errorf("host %d was retired for newcomers", i)
		}
	}
	for i := 194; i < 200; i++ {
		if !known(i) {
			t.Errorf("newcomer %d was retired", i)
		}
	}
	if n := c.Totals().Hosts; n != 16 {
		t.Errorf("%d hosts", n)
	}
	// An eighth of the table stays for newcomers, so that they can become
	// established: then the idlest host goes.
	for i := 10; i < 16; i++ {
		talk(i, 8)
	}
	if known(0) || known(1) || !known(2) || !known(15) || !known(198) || !known(199) {
		t.Error("two hosts too many were not the two idlest")
	}
	for i := 300; i < 304; i++ {
		talk(i, 1)
	}
	if known(2) || !known(3) || known(199) || known(300) || !known(301) || !known(302) || !known(303) {
		t.Error("newcomers did not displace newcomers")
	}
	a := c.Totals().Account
	if err := a.Check(); err != nil || a.Datagrams != 16*8+100*7+4 {
		t.Errorf("%v: %+v", err, a)
	}
}

// heap returns the bytes in use after f, kept alive until then, less those
// before.
func heap(f func() any) int {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	v := f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(v)
	return int(after.HeapAlloc) - int(before.HeapAlloc)
}

func TestMemoryOfIdleHosts(t *testing.T) {
	const n = 4000
	used := heap(func() any {
		c := kmsg.NewCollector(kmsg.CollectOptions{Hosts: n})
		now := time.Unix(1e9, 0)
		for i := range n {
			for seq := range 10 {
				now = now.Add(time.Millisecond)
				c.Receive(now, numbered(i), fmt.Appendf(nil, "7.3.4+deb13-cloud-amd64,6,%d,%d,-;text\n", seq+i, seq))
			}
		}
		c.Flush()
		return c
	})
	t.Logf("%d bytes a host", used/n)
	if used/n >= 1024 {
		t.Errorf("%d bytes a host", used/n)
	}
}

// A flood of spoofed sources, of what costs most, leaves memory flat and the
// established host alone.
func TestMemoryUnderFlood(t *testing.T) {
	const limit = 4 << 20
	payloads := [][]byte{
		[]byte("6,5,5,-;x\n"), []byte("6,7,7,-;y\n"), // waits for 6
		[]byte("6,9,9,-,ncfrag=0/131072;" + strings.Repeat("z", 900)),
		[]byte(strings.Repeat("b", 1000)), // waits for its rest
	}
	var c *kmsg.Collector
	flood := func(from, n int) {
		now := time.Unix(1e9, int64(from)*1000)
		for i := from; i < from+n; i++ {
			for _, p := range payloads {
				now = now.Add(250 * time.Nanosecond)
				c.Receive(now, numbered(i), p)
			}
			if i%100 == 0 {
				c.Receive(now, alice, fmt.Appendf(nil, "6,%d,%d,-;alive\n", i/100, i))
			}
		}
	}
	used := heap(func() any {
		c = kmsg.NewCollector(kmsg.CollectOptions{TotalBytes: limit})
		flood(0, 20_000)
		return c
	})
	more := heap(func() any {
		flood(20_000, 100_000)
		return c
	})
	t.Logf("%d bytes after 20,000 sources, %d more after 100,000 more", used, more)
	if used > limit+4096*1100+(1<<20) || more > 1<<20 {
		t.Error("too much")
	}
	totals := c.Totals()
	if totals.Waiting > limit {
		t.Errorf("%d bytes wait", totals.Waiting)
	}
	var there bool
	for s := range c.States() {
		if s.Host == alice {
			there = s.Account.Received == 1200
		}
	}
	if !there {
		t.Error("the established host was retired")
	}
	c.Flush()
	a := c.Totals().Account
	if err := a.Check(); err != nil {
		t.Error(err)
	}
	if a.Datagrams != 120_000*4+1200 || a.Notices > 100_000 {
		t.Errorf("%+v", a)
	}
}

func TestCollectorAllocates(t *testing.T) {
	seq := 0
	next := func(format string) func(c *kmsg.Collector, now time.Time) {
		buf := make([]byte, 0, 1000)
		return func(c *kmsg.Collector, now time.Time) {
			buf = fmt.Appendf(buf[:0], format, seq)
			seq++
			c.Receive(now, alice, buf)
		}
	}
	first, second := next("7.3.4,6,%d,5,-,ncfrag=0/9;text"), next("7.3.4,6,%d,5,-,ncfrag=4/9;text\n")
	extended := next("7.3.4,6,%d,5,-,caller=T1;text\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n a=b\n cpu=1\n msgid=4\n")
	for name, f := range map[string]func(c *kmsg.Collector, now time.Time){
		"basic":    next("[    8.417578] text %d\n"),
		"extended": extended,
		"reordered": func(c *kmsg.Collector, now time.Time) {
			seq++
			extended(c, now)
			seq -= 2
			extended(c, now)
			seq++
		},
		"fragments": func(c *kmsg.Collector, now time.Time) {
			first(c, now)
			seq--
			second(c, now)
		},
	} {
		t.Run(name, func(t *testing.T) {
			delivered := 0
			c := kmsg.NewCollector(kmsg.CollectOptions{Deliver: func(m *kmsg.Message) {
				delivered++
				for range m.Dictionary() {
				}
				for range m.Userdata() {
				}
				for range m.Sysdata() {
				}
			}})
			now := time.Unix(1e9, 0)
			seq = 0
			base := testing.AllocsPerRun(200, func() {
				buf := make([]byte, 0, 1000)
				sink = fmt.Appendf(buf, "%d", seq)
			})
			n := testing.AllocsPerRun(200, func() {
				now = now.Add(time.Millisecond)
				f(c, now)
			})
			if n > 4*base || delivered < 200 {
				t.Errorf("%v allocations, %v without the Collector, %d delivered", n, base, delivered)
			}
		})
	}
}

var sink []byte
