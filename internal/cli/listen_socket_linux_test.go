package cli_test

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

// arriving is what a listener is sent, and whether it is to have it.
type arriving struct {
	from, to string
	port     uint16
	want     bool
}

func (a arriving) frame(t testing.TB, i int) []byte {
	t.Helper()
	h := frame.Header{Source: endpoint(a.from, 6665), Target: frame.Endpoint{MAC: frame.Broadcast, Addr: netip.MustParseAddr(a.to), Port: a.port}}
	if a := h.Target.Addr; a.IsMulticast() { // as the device's filter wants it
		h.Target.MAC = multicastMAC(a)
	}
	tmpl, err := h.Template()
	if err != nil {
		t.Fatal(err)
	}
	f, err := tmpl.Append(nil, fmt.Appendf(nil, "6,%d,%d,-;%d\n", i, i, i))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func multicastMAC(a netip.Addr) (m frame.MAC) {
	b := a.AsSlice()
	if a.Is4() {
		return frame.MAC{0x01, 0x00, 0x5e, b[1] & 0x7f, b[2], b[3]}
	}
	return frame.MAC{0x33, 0x33, b[12], b[13], b[14], b[15]}
}

// TestListenAt listens at all kinds of addresses.
func TestListenAt(t *testing.T) {
	v4, v6 := arriving{"192.0.2.1", "192.0.2.2", 6666, true}, arriving{"fe80::a", "fe80::b", 6666, true}
	broadcast := arriving{"192.0.2.1", "192.0.2.255", 6666, true}
	nodes := arriving{"fe80::a", "ff02::1", 6666, true}
	group6, group4 := arriving{"fe80::a", "ff02::6b", 6666, true}, arriving{"192.0.2.1", "224.0.0.107", 6666, true}
	not := func(a arriving) arriving { a.want = false; return a }
	on := func(port uint16, a arriving) arriving { a.port = port; return a }
	tests := []struct {
		args string
		are  []arriving
	}{
		{"", []arriving{v4, v6, broadcast, nodes, not(group6), not(group4), not(on(514, v6))}},
		{"[::]:6666", []arriving{v4, v6}},
		{"0.0.0.0", []arriving{v4, broadcast, not(v6)}},
		{"192.0.2.2", []arriving{v4, not(v6), not(broadcast)}},
		{"[fe80::b%eth0]:6666", []arriving{v6, not(v4)}},
		{"--interface eth0 fe80::b", []arriving{v6, not(v4)}},
		{"--interface eth0", []arriving{v4, v6}},
		{"--interface lo", []arriving{not(v4), not(v6)}},
		{"--interface eth0 ff02::6b", []arriving{group6, not(v6), not(nodes)}},
		{"ff02::6b%eth0 :514", []arriving{group6, not(v6), on(514, v6), on(514, v4)}},
		{"--interface eth0 224.0.0.107", []arriving{group4, not(v4)}},
		{":514 :1514 :6666", []arriving{on(514, v4), on(1514, v6), v6}},
		{"--workers 4", []arriving{v4, v6, broadcast, nodes}},
		{"--workers 4 --interface eth0 ff02::6b", []arriving{group6}},
		{"--raw eth0", []arriving{v4, v6, broadcast, group6, not(on(514, v6)), {"2001:db8::1", "2001:db8::2", 6666, true}}},
		{"--raw eth0 :514 192.0.2.2:7777", []arriving{on(514, v6), on(514, v4), on(7777, v4), not(on(7777, v6)), not(v4)}},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			l := startListener(t, strings.Fields(tt.args)...)
			var frames [][]byte
			var want []string
			for i, a := range tt.are {
				frames = append(frames, a.frame(t, i))
				if a.want {
					want = append(want, fmt.Sprint(i))
				}
			}
			sendFrames(t, opened(t, l.p.A), frames)
			l.hasDatagrams(len(want))
			if a := l.total(); a.Datagrams != len(want) || a.Duplicate > 0 {
				t.Errorf("%+v", a)
			}
			var got []string
			records, _ := l.shown()
			for _, r := range records {
				got = append(got, r.Text)
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%v arrived, want %v", got, want)
			}
		})
	}
}

// TestListenWorkers shares many senders out and keeps each one's order.
func TestListenWorkers(t *testing.T) {
	l := startListener(t, "--workers", "4")
	const hosts, each = 50, 40
	var frames [][]byte
	for n := range each {
		for i := range hosts {
			frames = append(frames, spoofed(t, i, record(n)))
		}
	}
	l.transmit(frames...)
	if a := l.total(); a.Hosts != hosts || a.Records != hosts*each || a.Missing+a.Duplicate+a.Late > 0 {
		t.Errorf("%+v", a)
	}
	next := map[string]uint64{}
	records, _ := l.shown()
	for _, r := range records {
		if *r.Seq != next[r.Host] {
			t.Fatalf("%s: record %d, want %d", r.Host, *r.Seq, next[r.Host])
		}
		next[r.Host]++
	}
}

// TestListenErrors has what cannot be listened to. The messages say what to do.
func TestListenErrors(t *testing.T) {
	p := frametest.NewPair(t, addressed)
	startListenerOn(t, p, ":6666")
	tests := []struct {
		args   string
		status int
		want   string
	}{
		{":6666", 1, "listen at [::]:6666: address already in use (another program listens there: ss -ulpn shows it)"},
		{"192.0.2.9", 1, "listen at 192.0.2.9:6666: cannot assign requested address (this host does not have the address: ip addr shows those it has; :PORT takes all)"},
		{"fe80::b", 1, "listen at [fe80::b]:6666: the address alone does not say on which device (name it: fe80::b%DEV, or --interface DEV)"},
		{"fe80::b%eth7", 1, "listen at [fe80::b%eth7]:6666: look up eth7: no such device (ip link shows the devices)"},
		{"--interface eth7 :7777", 1, "listen at [::]:7777: bind to eth7: no such device (ip link shows the devices)"},
		{"--interface eth7 ff02::6b", 1, "listen at [ff02::6b%eth7]:6666: bind to eth7: no such device (ip link shows the devices)"},
		{"224.0.0.107:7777", 1, "listen at 224.0.0.107:7777: join the group: no such device (no route tells on which device: --interface DEV does)"},
		{"--raw eth7", 1, "look up eth7: no such device (have: lo, eth0)"},
		{"--raw eth0 :0", 1, "listen on eth0: port 0 is none (name those that the senders send to)"},
		{"--raw eth0 --workers 2", 2, "--raw goes without --workers and --interface"},
		{"--workers 0", 2, "--workers and --stats want a positive value"},
		{"loghost", 2, `listen at "loghost": want [ADDRESS][:PORT] with a numeric address, such as [fe80::2%eth0]:6666 or :514`},
		{"-o files:/proc/nonexistent :7777", 1, "open directory of host files: "},
		{"-o json:/nonexistent/x :7777", 1, "--output: open /nonexistent/x: no such file or directory"},
		{"-o pcap:/nonexistent/x :7777", 1, "/nonexistent/x: no such file or directory (make its directory first)"},
		{"-o syslog:tcp:// :7777", 2, "--output syslog:tcp://: "},
		{"--metrics nowhere :7777", 1, "serve metrics: "},
	}
	for _, tt := range tests {
		c := listening(t, p.B, strings.Fields(tt.args)...).run(tt.status)
		if _, msg, ok := strings.Cut(c.diag.String(), "netkmsg: "); !ok || !strings.Contains(msg, tt.want) {
			t.Errorf("%s: %s\nwant %s", tt.args, c.diag, tt.want)
		}
	}
}

// TestListenPermission has no capabilities, or just those that are needed.
func TestListenPermission(t *testing.T) {
	p := frametest.NewPair(t, addressed)
	tests := []struct {
		args string
		caps []uintptr
		want string // "" if it works
	}{
		{":6666", nil, ""},
		{":514", nil, "listen at [::]:514: permission denied (ports below 1024 need CAP_NET_BIND_SERVICE)"},
		{":514", []uintptr{unix.CAP_NET_BIND_SERVICE}, ""},
		{"--raw eth0", nil, "operation not permitted (needs CAP_NET_RAW: run as root or setcap cap_net_raw+ep)"},
		{"--raw eth0", []uintptr{unix.CAP_NET_RAW}, ""},
	}
	for _, tt := range tests {
		c := listening(t, p.B, strings.Fields(tt.args)...)
		c.Capabilities(tt.caps...)
		if tt.want != "" {
			if c.run(1); !strings.Contains(c.diag.String(), tt.want) {
				t.Errorf("%s: %s\nwant %s", tt.args, c.diag, tt.want)
			}
			continue
		}
		c.start()
		c.says(`"msg":"listening"`)
		c.total()
	}
}

// TestListenRawBare has no address at all, fragments of IP, and checksums that
// the sender's kernel has left for a device to fill in.
func TestListenRawBare(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"fe80::a/64"}}))
	l := startListenerOn(t, p, "--raw", "eth0")
	text := strings.Repeat("0123456789", 300)
	parts := fragments(datagram(t, "192.0.2.1", 6666, "6,1,1000,-;"+text+"\n"), 1480)
	sendFrames(t, opened(t, p.A), [][]byte{datagram(t, "192.0.2.1", 6666, record(0)), parts[2], parts[0], parts[1]})
	l.hasDatagrams(2)
	zone := strconv.Itoa(p.A.Index()) // package net remembers other namespaces' names
	u := listen(t, p.A, "udp6", "[fe80::a%"+zone+"]:6665")
	to := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr("ff02::1").WithZone(zone), 6666))
	if _, err := u.WriteTo([]byte(record(2)), to); err != nil {
		t.Fatal(err)
	}
	l.hasDatagrams(3)
	l.total()
	records, _ := l.shown()
	if len(records) != 3 || records[1].Text != text || records[2].Host != "fe80::a%eth0" || records[2].Text != "record 2" {
		t.Errorf("%+v\n%s", records, l.diag)
	}
}

// TestListenRawGone loses the device and finds it again.
func TestListenRawGone(t *testing.T) {
	p := frametest.NewPair(t, addressed)
	l := startListenerOn(t, p, "--raw", "eth0")
	l.transmitRaw(0)
	p.A.SetDown()
	p.A.SetUp()
	l.transmitRaw(1)
	p.B.SetDown()
	l.says("nothing is received")
	p.B.SetUp()
	l.transmitRaw(2)
	p.B.Delete()
	l.says("the device is gone, waiting for it")
	p.Connect()
	l.says("the device is back")
	l.transmitRaw(3)
	if a := l.total(); a.Records != 4 || a.Missing > 0 {
		t.Errorf("%+v", a)
	}
}

func (l *listener) transmitRaw(i int) {
	l.t.Helper()
	sendFrames(l.t, opened(l.t, l.p.A), datagrams(l.t, "fe80::a", record(i)))
	l.hasDatagrams(i + 1)
}

// TestListenMetrics asks for metrics and health over the network.
func TestListenMetrics(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"192.0.2.1/24"}}), addressed)
	l := startListenerOn(t, p, "--metrics", "192.0.2.2:9100")
	l.transmit(datagrams(t, "fe80::a", record(0), record(3))...)
	l.until("delivered", func(a received) bool { return a.Records == 2 })
	ask := func(path string) string {
		t.Helper()
		var answer []byte
		err := p.A.Do(func() error {
			c, err := net.Dial("tcp4", "192.0.2.2:9100")
			if err != nil {
				return err
			}
			defer c.Close()
			fmt.Fprintf(c, "GET %s HTTP/1.0\r\n\r\n", path)
			answer, err = io.ReadAll(c)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	if got := ask("/healthz"); !strings.HasPrefix(got, "HTTP/1.0 200 ") || !strings.HasSuffix(got, "\r\n\r\nok\n") {
		t.Errorf("%q", got)
	}
	got := ask("/metrics")
	for _, want := range []string{"netkmsg_datagrams_total 2", "netkmsg_records_total 2", "netkmsg_missing_total 2", "netkmsg_hosts 1", "netkmsg_shed_total 0"} {
		if !strings.Contains(got, "\n"+want+"\n") {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if strings.Contains(got, "fe80") {
		t.Errorf("hosts in %s", got)
	}
	if got := ask("/"); !strings.HasPrefix(got, "HTTP/1.0 404 ") {
		t.Errorf("%q", got)
	}
	l.total()
}

// TestListenTable prints a table for people, asked by a signal and every interval.
func TestListenTable(t *testing.T) {
	l := startListenerText(t, "--stats", "5ms")
	sendFrames(t, opened(t, l.p.A), datagrams(t, "fe80::a", record(0), record(3)))
	l.says("  2        2        0     0          0        0  ")
	l.says("[fe80::a%eth0]:6665")
	l.stop(syscall.SIGTERM)
	l.ends(0)
	if !strings.Contains(l.diag.String(), "RECORDS  MISSING  PARTIAL  LATE  DUPLICATE  REBOOTS") {
		t.Errorf("%s", l.diag)
	}
}

func startListenerText(t testing.TB, args ...string) *listener {
	t.Helper()
	p := frametest.NewPair(t, addressed)
	l := &listener{p: p, command: listening(t, p.B, append(args, "--log-format", "text")...)}
	l.start()
	l.says("msg=listening")
	return l
}

// TestListenBroken loses the reader of standard output: with another output the
// receiver goes on, with none there is nothing left to do.
func TestListenBroken(t *testing.T) {
	p := frametest.NewPair(t, addressed)
	r, w := pipe(t)
	r.Close()
	other := filepath.Join(openDir(t), "all.json")
	l := &listener{p: p, command: listening(t, p.B, "-o", "json", "-o", "json:"+other)}
	l.Stdout = w
	l.start()
	l.says(`"msg":"listening"`)
	l.transmit(datagrams(t, "fe80::a", record(0))...)
	l.transmit(datagrams(t, "fe80::a", record(1))...)
	l.stop(syscall.SIGTERM)
	l.ends(1)
	if records, _ := show(t, fileBytes(t, other)); len(records) != 2 || !strings.Contains(l.diag.String(), "netkmsg: write json: write /dev/stdout: broken pipe") {
		t.Errorf("%d records; %s", len(records), l.diag)
	}

	alone := &listener{p: p, command: listening(t, p.B)}
	alone.Stdout = w
	alone.start()
	alone.says(`"msg":"listening"`)
	sendFrames(t, opened(t, p.A), datagrams(t, "fe80::a", record(0)))
	alone.ends(1)
}
