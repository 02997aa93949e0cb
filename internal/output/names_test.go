package output

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestParseNames(t *testing.T) {
	table, err := ParseNames(strings.NewReader(`# comment
192.0.2.1	web1 web1.example # first
192.0.2.1 second
::ffff:192.0.2.2 mapped

fe80::2%eth0 lab
fe80::3 anyzone
192.0.2.9:4444 inner
[fe80::2%eth0]:7 inner6
`), "hosts")
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		"192.0.2.1:1": "web1", "[::ffff:192.0.2.1]:1": "web1", "192.0.2.2:1": "mapped", "[fe80::2%eth0]:1": "lab",
		"[fe80::2%eth1]:1": "", "[fe80::3%eth1]:1": "anyzone", "192.0.2.9:4444": "inner", "192.0.2.9:1": "",
		"[fe80::2%eth0]:7": "inner6", "192.0.2.3:1": "",
	} {
		if got := table.Find(mustHost(host)); got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
}

func TestParseNamesErrors(t *testing.T) {
	table, err := ParseNames(strings.NewReader("192.0.2.1 good\nweb1 192.0.2.2\n192.0.2.3\n192.0.2.4 e\x1bvil\n"), "hosts")
	for _, want := range []string{`hosts:2: "web1" is not an address`, "hosts:3: no name", "hosts:4: the name"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
	if len(table) != 1 {
		t.Errorf("%v, want the good line", table)
	}
	if _, err := ParseNames(strings.NewReader(strings.Repeat("x", 1<<17)), "hosts"); err == nil {
		t.Error("no error for an endless line")
	}
	missing := filepath.Join(t.TempDir(), "missing")
	if _, err := LoadNames(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if err := os.WriteFile(missing, []byte("192.0.2.1 web1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if table, err := LoadNames(missing); err != nil || table.Find(web) != "web1" {
		t.Errorf("%v, %v", table, err)
	}
}

// book is a resolver that answers when it is let to.
type book struct {
	mu    sync.Mutex
	names map[string]string
	asked chan string
	let   chan struct{}
}

func (b *book) reverse(ctx context.Context, a netip.Addr) (string, error) {
	b.asked <- a.String()
	select {
	case <-b.let:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if name := b.names[a.String()]; name != "" {
		return name, nil
	}
	return "", errors.New("no such name")
}

func (b *book) set(addr, name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.names[addr] = name
}

// answered lets one lookup go on and waits until its answer is known.
func (b *book) answered(t *testing.T, n *Names, host netip.AddrPort) {
	t.Helper()
	n.mu.Lock()
	before := n.answers.get(host.Addr().Unmap())
	n.mu.Unlock()
	b.let <- struct{}{}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		n.mu.Lock()
		now := n.answers.get(host.Addr().Unmap())
		n.mu.Unlock()
		if now != before {
			return
		}
	}
	t.Fatal("no answer")
}

// ticker is a clock that is set by hand.
type ticker struct {
	mu  sync.Mutex
	now time.Time
}

func (c *ticker) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *ticker) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestNamesReverse(t *testing.T) {
	defer goleak.VerifyNone(t)
	b := &book{names: map[string]string{"192.0.2.1": "web1.example"}, asked: make(chan string, 100), let: make(chan struct{})}
	clock := &ticker{now: day}
	n := newNames(NameTable{netip.AddrPortFrom(netip.MustParseAddr("192.0.2.7"), 0): "static"}, b.reverse, clock.time)
	defer n.Close()
	for range 3 { // one lookup, however often it is asked
		if got := n.Name(web); got != "192.0.2.1" {
			t.Fatalf("%q before it is known", got)
		}
	}
	before := n.changes()
	b.answered(t, n, web)
	if got := n.Name(web); got != "web1.example" || n.changes() == before {
		t.Errorf("%q, changes %d", got, n.changes())
	}
	if got := n.Name(mustHost("192.0.2.7:1")); got != "static" {
		t.Errorf("%q, want the table's", got)
	}
	if got := n.Name(lab); got != "fe80::2%eth0" {
		t.Errorf("link-local: %q", got)
	}
	if len(b.asked) != 1 {
		t.Errorf("%d lookups, want 1", len(b.asked))
	}
	other := mustHost("192.0.2.2:1")
	n.Find(other)
	b.answered(t, n, other)
	clock.pass(noNameLasts / 2)
	n.Find(other)
	if len(b.asked) != 2 {
		t.Error("that there is no name is not remembered")
	}
	b.set("192.0.2.2", "late.example")
	clock.pass(noNameLasts)
	n.Find(other)
	b.answered(t, n, other)
	if got := n.Find(other); got != "late.example" {
		t.Errorf("%q, want the name that came later", got)
	}
	clock.pass(2 * nameLasts)
	b.set("192.0.2.1", "")
	if got := n.Find(web); got != "web1.example" {
		t.Errorf("%q while it is asked again", got)
	}
	b.answered(t, n, web)
	if got := n.Find(web); got != "" {
		t.Errorf("%q, want none any more", got)
	}
}

// A resolver that hangs, and a flood of hosts, cost neither time nor memory.
func TestNamesStalled(t *testing.T) {
	defer goleak.VerifyNone(t)
	b := &book{asked: make(chan string, 100000), let: make(chan struct{})}
	n := NewNames(nil, b.reverse)
	for i := range 50_000 {
		host := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 1)
		if n.Find(host) != "" {
			t.Fatal("a name from nowhere")
		}
	}
	if k := len(n.answers.young) + len(n.answers.old); k > namesKept {
		t.Errorf("%d kept", k)
	}
	n.Close()
	if k := len(b.asked); k > lookupsAtOnce+lookupsWait {
		t.Errorf("%d lookups", k)
	}
}

func TestNamesNil(t *testing.T) {
	var n *Names
	if n.Find(web) != "" || n.Name(web) != "192.0.2.1" || n.changes() != 0 {
		t.Error("no names, but", n.Name(web))
	}
	n.Close()
}

func TestHostName(t *testing.T) {
	for s, want := range map[string]bool{
		"web1.example": true, "_a-b": true, "": false, "192.0.2.1": false, "a b": false, "a\x1b": false, "é": false,
		"::1": false, strings.Repeat("a", 254): false,
	} {
		if got := hostName(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// dns is a resolver with fixed answers.
type dns struct {
	names []string
	back  map[string]string
}

func (d dns) LookupAddr(context.Context, string) ([]string, error) {
	if d.names == nil {
		return nil, errors.New("no answer")
	}
	return d.names, nil
}

func (d dns) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(d.back[host]); err == nil {
		return []netip.Addr{a}, nil
	}
	return nil, fmt.Errorf("%s: no answer", host)
}

func TestConfirmed(t *testing.T) {
	for _, tt := range []struct {
		dns  dns
		want string
	}{
		{dns{[]string{"web1.example."}, map[string]string{"web1.example.": "192.0.2.1"}}, "web1.example"},
		{dns{[]string{"forged.", "web1."}, map[string]string{"forged.": "192.0.2.99", "web1.": "::ffff:192.0.2.1"}}, "web1"},
		{dns{[]string{"forged."}, map[string]string{"forged.": "192.0.2.99"}}, ""},
		{dns{[]string{"forged."}, nil}, ""},
		{dns{}, ""},
	} {
		got, err := confirmed(context.Background(), tt.dns, web.Addr())
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%v: %q, %v", tt.dns, got, err)
		}
	}
}

// Names that become known show in the outputs, though those remember hosts.
func TestNamesAppear(t *testing.T) {
	b := &book{names: map[string]string{"192.0.2.1": "web1"}, asked: make(chan string, 100), let: make(chan struct{})}
	n := NewNames(nil, b.reverse)
	defer n.Close()
	text, lines := NewTextFormat(TextOptions{Names: n, Zone: time.UTC}), NewJSONFormat(JSONOptions{Names: n})
	m := message(t, web, day, "6,1,1,-;x\n")
	if got := string(lines.AppendMessage(text.AppendMessage(nil, m), m)); strings.Contains(got, "web1") {
		t.Error(got)
	}
	b.answered(t, n, web)
	if got := string(lines.AppendMessage(text.AppendMessage(nil, m), m)); !strings.Contains(got, "589 web1 ") || !strings.Contains(got, `"host":"192.0.2.1","port":6665,"name":"web1"`) {
		t.Error(got)
	}
}
