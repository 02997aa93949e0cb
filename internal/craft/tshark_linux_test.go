package craft_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"netkmsg/frame/frametest"
	"netkmsg/frame/pcap"
	"netkmsg/internal/craft"
)

// TestTshark has Wireshark's dissectors read the frames of the settings. What they say of each field is what
// the JSON says, both ways, as far as Wireshark reads on: it does not behind an EtherType that is not IP's or
// a version that is not, and not behind the beginning of a field that is cut off; and it sees no UDP in a
// fragment from within a datagram.
func TestTshark(t *testing.T) {
	tshark := frametest.RequireTool(t, "tshark")
	list := drawn()
	reports := make([]craft.Report, len(list))
	path := filepath.Join(t.TempDir(), "settings.pcap")
	w, err := pcap.Create(path, pcap.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		r, q, b, err := list[i].made()
		if err == nil {
			reports[i], err = r.Report(q, list[i].frame)
		}
		if err == nil {
			err = w.Write(time.Unix(int64(i), 0), b)
		}
		if err != nil {
			t.Fatalf("setting %d: %v", i, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	compared := map[string]int{}
	for i, got := range dissected(t, tshark, path, len(list)) {
		s, p := &list[i], &reports[i]
		for name, want := range shown(s, p) {
			g := got[name]
			if name == "udp.payload" && want == "" || s.Bad == "truncate" && g == "" {
				continue
			}
			if compared[name]++; !same(g, want) {
				t.Errorf("setting %d: %s is %q, JSON has %q\n%q", i, name, g, want, s.flags)
			}
		}
	}
	for _, name := range columns {
		if !strings.HasSuffix(name, "vid") && compared[name] < 100 {
			t.Errorf("%s was compared in %d frames", name, compared[name])
		}
	}
}

// columns are Wireshark's names of fields.
var columns = []string{
	"frame.len", "eth.dst", "eth.src", "eth.type",
	"vlan.id", "vlan.priority", "vlan.dei", "ieee8021ad.id", "ieee8021ad.svid", "ieee8021ad.cvid", "ieee8021ad.priority", "ieee8021ad.dei",
	"ip.version", "ip.hdr_len", "ip.dsfield", "ip.dsfield.dscp", "ip.dsfield.ecn", "ip.len", "ip.id", "ip.flags.df",
	"ip.ttl", "ip.proto", "ip.checksum", "ip.src", "ip.dst",
	"ipv6.version", "ipv6.tclass", "ipv6.flow", "ipv6.plen", "ipv6.nxt", "ipv6.hlim", "ipv6.src", "ipv6.dst",
	"ipv6.hopopts.len_oct", "ipv6.dstopts.len_oct", "ipv6.fraghdr.offset", "ipv6.fraghdr.more", "ipv6.fraghdr.ident",
	"udp.srcport", "udp.dstport", "udp.length", "udp.checksum", "udp.payload",
}

// dissected returns what tshark makes of each frame, by column.
func dissected(t *testing.T, tshark, path string, frames int) []map[string]string {
	t.Helper()
	args := []string{"-n", "-r", path, "-T", "fields", "-E", "separator=|", "-E", "occurrence=a", "-E", "aggregator=,",
		"-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-o", "eth.fcs:Never", "-d", "udp.port==1-65535,data"}
	for _, c := range columns {
		args = append(args, "-e", c)
	}
	cmd := exec.Command(tshark, args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir()) // nobody's preferences
	out, err := cmd.Output()
	if err != nil {
		e, _ := err.(*exec.ExitError)
		t.Fatalf("%v: %s", err, e.Stderr)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != frames {
		t.Fatalf("tshark sees %d frames of %d", len(lines), frames)
	}
	var list []map[string]string
	for _, l := range lines {
		m := map[string]string{}
		for k, v := range strings.Split(l, "|") {
			m[columns[k]] = v
		}
		m["ieee8021ad.id"] = sorted(m["ieee8021ad.id"], m["ieee8021ad.svid"], m["ieee8021ad.cvid"])
		list = append(list, m)
	}
	return list
}

// sorted joins lists. Of two service tags in a row Wireshark calls the IDs by other names.
func sorted(lists ...string) string {
	all := strings.FieldsFunc(strings.Join(lists, ","), func(r rune) bool { return r == ',' })
	slices.Sort(all)
	return strings.Join(all, ",")
}

// shown returns what tshark should say of a frame that is reported so.
func shown(s *setting, p *craft.Report) map[string]string {
	m := map[string]string{"frame.len": fmt.Sprint(p.Length), "eth.dst": p.DstMAC, "eth.src": p.SrcMAC, "eth.type": p.EtherType}
	if len(p.VLANs) == 0 && len(s.VLANs) > 0 {
		delete(m, "eth.type") // the frame is cut off within the first tag, which JSON has whole or not at all
	}
	tags := map[string][]string{}
	for i, v := range p.VLANs {
		if i == 0 {
			m["eth.type"] = v.TPID
		}
		layer := "vlan"
		if v.TPID == "0x88a8" {
			layer = "ieee8021ad"
		}
		dei := 0
		if v.DEI {
			dei = 1
		}
		for name, value := range map[string]uint{".id": v.ID, ".priority": v.Priority, ".dei": uint(dei)} {
			tags[layer+name] = append(tags[layer+name], fmt.Sprint(value))
		}
	}
	for name, values := range tags {
		m[name] = strings.Join(values, ",")
	}
	if ids := tags["ieee8021ad.id"]; ids != nil {
		m["ieee8021ad.id"] = sorted(ids...)
	}
	if s.EtherType != 0 || s.Bad == "version" {
		return m
	}
	put := func(name string, v *uint) {
		if v != nil {
			m[name] = fmt.Sprint(*v)
		}
	}
	if s.Version == 4 {
		put("ip.version", p.Version)
		put("ip.hdr_len", p.HeaderLength)
		put("ip.dsfield", p.TrafficClass)
		put("ip.dsfield.dscp", p.DSCP)
		put("ip.dsfield.ecn", p.ECN)
		put("ip.len", p.TotalLength)
		put("ip.id", p.ID)
		put("ip.ttl", p.HopLimit)
		put("ip.proto", p.NextHeader)
		m["ip.checksum"], m["ip.src"], m["ip.dst"] = p.HeaderChecksum, p.SrcIP, p.DstIP
		if p.DontFragment != nil {
			m["ip.flags.df"] = map[bool]string{true: "1", false: "0"}[*p.DontFragment]
		}
	} else {
		put("ipv6.version", p.Version)
		put("ipv6.tclass", p.TrafficClass)
		put("ipv6.flow", p.FlowLabel)
		put("ipv6.plen", p.PayloadLength)
		put("ipv6.nxt", p.NextHeader)
		put("ipv6.hlim", p.HopLimit)
		m["ipv6.src"], m["ipv6.dst"] = p.SrcIP, p.DstIP
	}
	within := false
	for _, e := range p.Extensions {
		size := fmt.Sprint(len(e.Bytes) / 2)
		switch e.Name {
		case "hop-by-hop":
			m["ipv6.hopopts.len_oct"] = size
		case "dest-options":
			if !within {
				m["ipv6.dstopts.len_oct"] = size
			}
		case "fragment":
			within = *e.Offset > 0
			m["ipv6.fraghdr.offset"] = fmt.Sprint(*e.Offset / 8)
			put("ipv6.fraghdr.ident", e.ID)
			m["ipv6.fraghdr.more"] = map[bool]string{true: "1", false: "0"}[*e.More]
		}
	}
	if within {
		return m
	}
	put("udp.srcport", p.SrcPort)
	put("udp.dstport", p.DstPort)
	put("udp.length", p.UDPLength)
	m["udp.checksum"] = p.UDPChecksum
	if p.Payload != nil && s.Bad != "length" && s.Bad != "truncate" {
		m["udp.payload"] = *p.Payload
	}
	return m
}

// same compares numbers as such, and lists of them.
func same(got, want string) bool {
	if got == want {
		return true
	}
	g, w := strings.Split(got, ","), strings.Split(want, ",")
	if len(g) != len(w) {
		return false
	}
	for i := range g {
		a, err := strconv.ParseUint(g[i], 0, 64)
		b, err2 := strconv.ParseUint(w[i], 0, 64)
		if err != nil || err2 != nil || a != b {
			return false
		}
	}
	return true
}
