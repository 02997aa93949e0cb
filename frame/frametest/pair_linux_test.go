package frametest_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

// inside returns what the end's namespace has: its devices, without lo, as "name mac mtu flags addresses".
func inside(t *testing.T, e *frametest.End) string {
	t.Helper()
	var all []string
	err := e.Do(func() error {
		ifis, err := net.Interfaces()
		for _, i := range ifis {
			if i.Name == "lo" {
				continue
			}
			s := fmt.Sprintf("%s %s %d %s", i.Name, i.HardwareAddr, i.MTU, i.Flags)
			addrs, err := i.Addrs()
			if err != nil {
				return err
			}
			for _, a := range addrs {
				s += " " + a.String()
			}
			all = append(all, s)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

func TestPair(t *testing.T) {
	tests := []struct {
		name    string
		options []frametest.Option
		a, b    string
	}{{
		name: "default",
		a:    "eth0 02:00:00:00:00:0a 1500 up|broadcast|multicast|running",
		b:    "eth0 02:00:00:00:00:0b 1500 up|broadcast|multicast|running",
	}, {
		name: "all of A",
		options: []frametest.Option{frametest.A(frametest.Device{
			Name: "lan0", MAC: frame.MAC{2, 1, 2, 3, 4, 5}, MTU: 9000, Addrs: []string{
				"192.0.2.1/24", "192.0.2.2/24", "169.254.7.7/16", "2001:db8::1/64", "fd00::1/64", "fe80::1/64", "fe80::2/64"},
		})},
		// The kernel's order: by scope, and within one in the order given for IPv4, the other way round for IPv6.
		a: "lan0 02:01:02:03:04:05 9000 up|broadcast|multicast|running " +
			"169.254.7.7/16 192.0.2.1/24 192.0.2.2/24 fd00::1/64 2001:db8::1/64 fe80::2/64 fe80::1/64",
		b: "eth0 02:00:00:00:00:0b 1500 up|broadcast|multicast|running",
	}, {
		name:    "A down",
		options: []frametest.Option{frametest.A(frametest.Device{Down: true, Addrs: []string{"192.0.2.1/24"}})},
		a:       "eth0 02:00:00:00:00:0a 1500 broadcast|multicast 192.0.2.1/24",
		b:       "eth0 02:00:00:00:00:0b 1500 up|broadcast|multicast",
	}, {
		name: "both down, small",
		options: []frametest.Option{frametest.A(frametest.Device{Down: true}),
			frametest.B(frametest.Device{Name: "wan0", Down: true, MTU: 500})},
		a: "eth0 02:00:00:00:00:0a 1500 broadcast|multicast",
		b: "wan0 02:00:00:00:00:0b 500 broadcast|multicast",
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := frametest.NewPair(t, tt.options...)
			if got := inside(t, p.A); got != tt.a {
				t.Errorf("A has %s\n  want %s", got, tt.a)
			}
			if got := inside(t, p.B); got != tt.b {
				t.Errorf("B has %s\n  want %s", got, tt.b)
			}
			for _, e := range []*frametest.End{p.A, p.B} {
				want := fmt.Sprintf("%s %s ", e.Name(), e.MAC())
				if got := inside(t, e); !strings.HasPrefix(got, want) {
					t.Errorf("%s is not %s", got, want)
				}
			}
		})
	}
}

func TestPairRefuses(t *testing.T) {
	tests := []struct {
		option frametest.Option
		want   string
	}{
		{frametest.A(frametest.Device{Name: "a-name-of-16-byt"}), "add veth pair a-name-of-16-byt and eth0: numerical result out of range"},
		{frametest.A(frametest.Device{MAC: frame.Broadcast}), "add veth pair eth0 and eth0: cannot assign requested address"},
		{frametest.A(frametest.Device{Addrs: []string{"fe80::1"}}), `netip.ParsePrefix("fe80::1"): no '/'`},
		{frametest.B(frametest.Device{MTU: 67}), "set the mtu of eth0: invalid argument"},
	}
	for _, tt := range tests {
		r := record(t, func(tb testing.TB) { frametest.NewPair(tb, tt.option) })
		if r.failed != tt.want {
			t.Errorf("got  %s\nwant %s", r.failed, tt.want)
		}
	}
}

func TestChanges(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"fe80::a/64", "192.0.2.1/24"}}))
	steps := []struct {
		name string
		do   func()
		a    string
	}{
		{"down", p.A.SetDown, "eth0 02:00:00:00:00:0a 1500 broadcast|multicast 192.0.2.1/24"},
		{"up", p.A.SetUp, "eth0 02:00:00:00:00:0a 1500 up|broadcast|multicast|running 192.0.2.1/24 fe80::a/64"},
		{"mac", func() { p.A.SetMAC(frame.MAC{2, 9}) }, "eth0 02:09:00:00:00:00 1500 up|broadcast|multicast|running 192.0.2.1/24 fe80::a/64"},
		{"mtu", func() { p.A.SetMTU(1400) }, "eth0 02:09:00:00:00:00 1400 up|broadcast|multicast|running 192.0.2.1/24 fe80::a/64"},
		{"name", func() { p.A.Rename("foo") }, "foo 02:09:00:00:00:00 1400 up|broadcast|multicast|running 192.0.2.1/24 fe80::a/64"},
		{"address", func() { p.A.DelAddr("192.0.2.1/24") }, "foo 02:09:00:00:00:00 1400 up|broadcast|multicast|running fe80::a/64"},
		{"address", func() { p.A.AddAddr("2001:db8::1/64") }, "foo 02:09:00:00:00:00 1400 up|broadcast|multicast|running 2001:db8::1/64 fe80::a/64"},
		{"delete", p.B.Delete, ""},
		{"connect", p.Connect, "foo 02:09:00:00:00:00 1400 up|broadcast|multicast|running 192.0.2.1/24 fe80::a/64"},
	}
	for _, s := range steps {
		s.do()
		if got := inside(t, p.A); got != s.a {
			t.Fatalf("%s: A has %s\n  want %s", s.name, got, s.a)
		}
	}
	p.A.Enslave("br0")
	err := p.A.Do(func() error {
		master, err := os.ReadFile("/proc/thread-self/net/dev")
		if !strings.Contains(string(master), "br0:") {
			t.Errorf("%s", master)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSysctl(t *testing.T) {
	const name = "/proc/sys/net/ipv6/conf/eth0/hop_limit"
	outside, _ := os.ReadFile(name)
	p := frametest.NewPair(t)
	p.A.Sysctl("net.ipv6.conf.eth0.hop_limit", "77")
	for e, want := range map[*frametest.End]string{p.A: "77\n", p.B: "64\n"} {
		e.Do(func() error {
			if got, err := os.ReadFile(name); string(got) != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
			return nil
		})
	}
	if now, _ := os.ReadFile(name); string(now) != string(outside) {
		t.Errorf("outside it was %q and is %q", outside, now)
	}
	r := record(t, func(tb testing.TB) { frametest.NewPair(tb).A.Sysctl("net.no.such", "1") })
	if !strings.Contains(r.failed, "net/no/such") {
		t.Error(r.failed)
	}
}

// namespace names the calling thread's network namespace.
func namespace() string {
	s, err := os.Readlink("/proc/thread-self/ns/net")
	if err != nil {
		panic(err)
	}
	return s
}

func TestDo(t *testing.T) {
	p := frametest.NewPair(t)
	home := namespace()
	seen := map[string]bool{home: true}
	err := p.A.Do(func() error {
		a := namespace()
		seen[a] = true
		err := p.B.Do(func() error { seen[namespace()] = true; return nil })
		if namespace() != a {
			t.Error("nested Do did not come back")
		}
		return errors.Join(err, os.ErrClosed)
	})
	if !errors.Is(err, os.ErrClosed) || len(seen) != 3 {
		t.Errorf("%v, %v", err, seen)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic got lost")
			}
		}()
		p.A.Do(func() error { panic("as it should") })
	}()
	if namespace() != home {
		t.Error("a panic did not come back")
	}
	r := record(t, func(tb testing.TB) {
		tb.Cleanup(func() { seen[namespace()] = true })
		p.A.Do(func() error { tb.Fatal("as it should"); return nil })
	})
	if r.failed != "as it should" || len(seen) != 3 {
		t.Errorf("%q, %v", r.failed, seen)
	}

	// Other goroutines stay outside, whatever is going on.
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
			}
			if namespace() != home {
				t.Error("a goroutine strayed into another namespace")
				return
			}
			runtime.Gosched()
		}
	}()
	for range 200 {
		p.A.Do(func() error { runtime.Gosched(); return nil })
	}
	close(stop)
	<-done
}

// TestCleanUp looks for what a test has left, after it has ended well, failed, or panicked.
func TestCleanUp(t *testing.T) {
	ends := map[string]func(testing.TB){
		"well":   func(testing.TB) {},
		"failed": func(tb testing.TB) { tb.Fatal("as it should") },
		"panic":  func(testing.TB) { panic("as it should") },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			ignore := goleak.IgnoreCurrent()
			var pid int
			var spaces []string
			record(t, func(tb testing.TB) {
				defer func() { recover() }()
				p := frametest.NewPair(tb)
				for _, e := range []*frametest.End{p.A, p.B} {
					e.Do(func() error { spaces = append(spaces, namespace()); return nil })
				}
				p.B.Capture(tb)
				c := p.A.Command("sleep", "1000")
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				pid = c.Process.Pid
				end(tb)
			})
			gone(t, pid)
			goleak.VerifyNone(t, ignore)
			for _, ns := range spaces {
				unheld(t, ns)
			}
			if now := devices(); now != before {
				t.Errorf("devices were %s and are %s", before, now)
			}
		})
	}
}

// unheld waits until no thread of this process is in the namespace and no descriptor holds it. (A thread ends a moment
// after the goroutine that was locked to it.)
func unheld(t *testing.T, ns string) {
	t.Helper()
	for over := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		var held []string
		for _, pattern := range []string{"/proc/self/task/*/ns/net", "/proc/self/fd/*"} {
			paths, _ := filepath.Glob(pattern)
			for _, p := range paths {
				if s, _ := os.Readlink(p); s == ns {
					held = append(held, p)
				}
			}
		}
		if len(held) == 0 {
			return
		}
		if time.Now().After(over) {
			slices.Sort(held)
			t.Fatalf("%s is held by %v", ns, held)
		}
	}
}
