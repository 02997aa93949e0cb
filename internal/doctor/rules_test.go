package doctor

import (
	"errors"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev"
	"netkmsg/internal/nexthop"
)

// healthy are facts of which nothing bad is to be said.
func healthy() Facts {
	target := netip.MustParseAddr("2001:db8::b")
	mac := frame.MAC{2, 0, 0, 0, 0, 0x0b}
	link := netdev.Link{Index: 2, Name: "eth0", MAC: frame.MAC{2, 0, 0, 0, 0, 0x0a}, Up: true, Carrier: true, MTU: 1500, Ethernet: true}
	q := nexthop.Question{Device: "eth0", Target: target}
	return Facts{
		Target: netconsole.Target{LocalPort: 6665, Device: "eth0", RemotePort: 6666, RemoteAddr: target, RemoteMAC: mac},
		Host:   Host{NetRaw: true, NetAdmin: true, Syslog: true, ConsoleLevel: 7},
		Link:   link,
		Hop: nexthop.Result{Question: q, MAC: mac, How: "answered", Kernel: nexthop.Kernel{Link: link,
			Addrs: []netdev.Address{{Prefix: netip.MustParsePrefix("2001:db8::a/64")}, {Prefix: netip.MustParsePrefix("2001:db8::77/64")}}}},
		Asked: true, RouteDevice: "eth0",
	}
}

// TestRules changes one thing of what is well, and says what is said then.
func TestRules(t *testing.T) {
	addr := func(f *Facts) *netdev.Address { return &f.Hop.Kernel.Addrs[0] }
	tests := []struct {
		name   string
		change func(*Facts)
		want   string // severity and code; empty for nothing
		remedy string // a part of it
	}{
		{"well", func(*Facts) {}, "", ""},
		{"no CAP_NET_RAW", func(f *Facts) { f.Host.NetRaw, f.Asked = false, false }, "error no-net-raw", "setcap cap_net_raw"},
		{"restricted", func(f *Facts) { f.Host.Syslog, f.Host.DmesgRestrict, f.Host.KmsgErr = false, true, syscall.EPERM }, "error dmesg-restrict", "kernel.dmesg_restrict=0"},
		{"restricted, allowed", func(f *Facts) { f.Host.DmesgRestrict = true }, "", ""},
		{"no /dev/kmsg", func(f *Facts) { f.Host.KmsgErr = os.ErrNotExist }, "error no-kmsg", "mknod /dev/kmsg c 1 11"},
		{"/dev/kmsg forbidden", func(f *Facts) { f.Host.KmsgErr = &os.PathError{Op: "open", Path: "/dev/kmsg", Err: syscall.EPERM} }, "error kmsg", "in a container"},
		{"not Ethernet", func(f *Facts) { f.Link.Ethernet = false }, "error not-ethernet", "name the device"},
		{"down, and may not", func(f *Facts) { f.Link.Up, f.Asked, f.Host.NetAdmin = false, false, false }, "error down", "ip link set dev eth0 up"},
		{"MTU", func(f *Facts) { f.Link.MTU = 1047 }, "error mtu", "mtu 1048"},
		{"MTU just right", func(f *Facts) { f.Link.MTU = 1048 }, "", ""},
		{"netkit", func(f *Facts) { f.Link.Kind = "netkit" }, "note no-netpoll", ""},
		{"unspecified", func(f *Facts) { f.Target.RemoteAddr = netip.IPv6Unspecified() }, "error target-unspecified", ""},
		{"loopback", func(f *Facts) { f.Target.RemoteAddr = netip.IPv6Loopback() }, "error target-loopback", "receiver's"},
		{"foreign source", func(f *Facts) {
			f.Target.LocalAddr = netip.MustParseAddr("2001:db8::c")
			f.Hop.Question.Source = f.Target.LocalAddr
		}, "note foreign-source", ""},
		{"temporary", func(f *Facts) { addr(f).Temporary = true }, "warning temporary-source", "6665@2001:db8::77/eth0"},
		{"another subnet", func(f *Facts) { addr(f).Prefix = netip.MustParsePrefix("2001:db8:7::a/64") }, "warning other-subnet", "6665@2001:db8::77/eth0"},
		{"another subnet, by choice", func(f *Facts) {
			addr(f).Prefix = netip.MustParsePrefix("2001:db8:7::a/64")
			f.Target.LocalAddr = addr(f).Addr()
			f.Hop.Question.Source = f.Target.LocalAddr
		}, "", ""},
		{"tentative", func(f *Facts) { addr(f).Tentative = true }, "warning tentative-source", "ip -6 addr"},
		{"deprecated", func(f *Facts) { addr(f).Deprecated = true }, "warning deprecated-source", "6665@2001:db8::77/eth0"},
		{"group MAC", func(f *Facts) { f.Target.RemoteMAC = frame.MAC{0x33, 0x33, 5: 1} }, "error wrong-mac", "/02:00:00:00:00:0b"},
		{"known holder", func(f *Facts) {
			f.Target.RemoteMAC = frame.MAC{2, 5: 9}
			f.Hop.Kernel.Neighbours = []netdev.Neighbour{{Addr: netip.MustParseAddr("2001:db8::9"), MAC: f.Target.RemoteMAC}}
		}, "error wrong-mac", "/02:00:00:00:00:0b"},
		{"silent", func(f *Facts) {
			f.Hop.MAC, f.HopErr = frame.MAC{}, errors.New("nobody answers")
		}, "error silent", "look at the receiver"},
		{"a VLAN beside", func(f *Facts) { f.Hop.Heard.Tags = map[uint16]int{7: 3} }, "note vlan", "name eth0.7 up type vlan id 7"},
		{"silent in a trunk", func(f *Facts) {
			f.Hop.MAC, f.Hop.Heard.Tags = frame.MAC{}, map[uint16]int{7: 3}
		}, "error silent, warning vlan", "@/eth0.7,"},
		{"another device", func(f *Facts) { f.RouteDevice = "wlan0" }, "warning other-device", "@/wlan0,6666@2001:db8::b/auto"},
		{"no route", func(f *Facts) { f.RouteErr = netdev.ErrNoRoute }, "", ""},
		{"unreachable", func(f *Facts) { f.RouteErr = syscall.EHOSTUNREACH }, "note forbidden-route", ""},
		{"console level", func(f *Facts) { f.Host.ConsoleLevel = 4 }, "note loglevel", "dmesg -n 8"},
		{"console level ignored", func(f *Facts) { f.Host.ConsoleLevel, f.Host.IgnoreLogLevel = 4, true }, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := healthy()
			tt.change(&f)
			var got, remedies []string
			for _, x := range Examine(f) {
				if x.Code == "firewall" { // is always said
					continue
				}
				got = append(got, string(x.Severity)+" "+x.Code)
				remedies = append(remedies, x.Remedy...)
				if x.Fact == "" || x.Consequence == "" {
					t.Errorf("%+v", x)
				}
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
			if !strings.Contains(strings.Join(remedies, "\n"), tt.remedy) {
				t.Errorf("remedies %q, want %q", remedies, tt.remedy)
			}
		})
	}
}

// TestHolder names the host that a wrong MAC address belongs to.
func TestHolder(t *testing.T) {
	f := healthy()
	f.Target.RemoteMAC = frame.MAC{2, 5: 9}
	f.Hop.Kernel.Neighbours = []netdev.Neighbour{{Addr: netip.MustParseAddr("2001:db8::9"), MAC: f.Target.RemoteMAC}}
	fs := Examine(f)
	if !strings.Contains(fs[0].Consequence, "2001:db8::9") {
		t.Errorf("%+v", fs[0])
	}
}

// TestOrder has the worst first.
func TestOrder(t *testing.T) {
	f := healthy()
	f.Link.MTU, f.Link.Kind, f.RouteDevice = 100, "veth", "wlan0"
	fs := Examine(f)
	if !slices.IsSortedFunc(fs, func(a, b Finding) int {
		order := []Severity{Error, Warning, Note}
		return slices.Index(order, a.Severity) - slices.Index(order, b.Severity)
	}) || Count(fs, Error) != 1 {
		t.Errorf("%+v", fs)
	}
}
