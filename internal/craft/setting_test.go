package craft_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"

	"netkmsg/frame"
	"netkmsg/internal/craft"
)

// A setting is a random choice of flags, and what the frame with this number
// that they make is to hold, as the script that drives scapy reads it.
type setting struct {
	flags []string // name, value; name, value …
	frame uint64

	DMAC      string        `json:"dmac"`
	SMAC      string        `json:"smac"`
	VLANs     []settingTag  `json:"vlans"`
	EtherType uint16        `json:"ethertype"`
	Version   int           `json:"version"`
	Src       netip.Addr    `json:"src"`
	Dst       netip.Addr    `json:"dst"`
	TC        int           `json:"tc"`
	Flow      int           `json:"flow"`
	Hops      int           `json:"hops"`
	ID        int           `json:"id"`
	DF        bool          `json:"df"`
	Hop       *[]settingOpt `json:"hop,omitempty"`
	Fragment  *settingPlace `json:"fragment,omitempty"`
	Dest      *[]settingOpt `json:"dest,omitempty"`
	Sport     int           `json:"sport"`
	Dport     int           `json:"dport"`
	Payload   string        `json:"payload"`
	Checksum  int           `json:"checksum"` // -1: the right one
	Pad       string        `json:"pad"`
	Bad       string        `json:"bad"`
	Size      int           `json:"size"`
}

type settingTag struct {
	TPID int `json:"tpid"`
	PCP  int `json:"pcp"`
	DEI  int `json:"dei"`
	VID  int `json:"vid"`
}

type settingOpt struct {
	Alert *int   `json:"alert,omitempty"`
	Type  int    `json:"type,omitempty"`
	Data  string `json:"data"`
}

type settingPlace struct {
	Offset int    `json:"offset"`
	More   bool   `json:"more"`
	ID     uint32 `json:"id"`
}

// host is what own addresses come from.
var host = craft.Host{
	Device: "eth0", MAC: frame.MAC{0x02, 0xab, 0xcd, 0, 0, 0x11}, MTU: 9000,
	Addrs: []netip.Addr{netip.MustParseAddr("2001:db8::11"), netip.MustParseAddr("198.51.100.11")},
}

// draw makes settings.
type draw struct {
	*rand.Rand
	s     *setting
	swept bool
}

func (d *draw) flag(name, value string) { d.s.flags = append(d.s.flags, name, value) }
func (d *draw) one(in int) bool         { return d.IntN(in) == 0 }

func newSetting(r *rand.Rand) setting {
	s := setting{VLANs: []settingTag{}, Checksum: -1, Hops: 64, Sport: 6665, Dport: 6666, Version: 6}
	d := &draw{Rand: r, s: &s}
	d.addresses()
	d.link()
	if s.Version == 6 {
		d.ipv6()
	} else {
		d.ipv4()
	}
	d.class()
	s.Hops = d.swept8("hop-limit", "ttl", 64)
	s.Sport, s.Dport = d.port("sport", 6665), d.port("dport", 6666)
	d.payload()
	d.faults()
	return s
}

func (d *draw) addresses() {
	s := d.s
	if d.one(2) {
		s.Version = 4
	}
	bytes := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(d.Uint32())
		}
		return b
	}
	if s.Version == 4 {
		s.Src, s.Dst = netip.AddrFrom4([4]byte(bytes(4))), netip.AddrFrom4([4]byte(bytes(4)))
	} else {
		s.Src, s.Dst = netip.AddrFrom16([16]byte(bytes(16))), netip.AddrFrom16([16]byte(bytes(16)))
		if d.one(4) {
			b := s.Dst.As16()
			b[0], b[1] = 0xff, 2
			s.Dst = netip.AddrFrom16(b)
		}
	}
	if s.Dst.Is4In6() || s.Src.Is4In6() {
		s.Dst, s.Src = allNodes, host.Addrs[0]
	}
	d.flag("dst-ip", d.walked(s.Dst))
	if d.one(4) {
		s.Src = host.Addrs[(6-s.Version)/2]
		d.flag("src-ip", []string{"own:1", "own:2"}[(6-s.Version)/2])
	} else {
		d.flag("src-ip", s.Src.String())
	}
}

var allNodes = netip.MustParseAddr("ff02::1")

// walked lets the destination go on by one with every frame, now and then.
func (d *draw) walked(a netip.Addr) string {
	last := a.AsSlice()
	at := last[len(last)-4:]
	v := binary.BigEndian.Uint32(at)
	if !d.one(6) || v > 1<<31 {
		return a.String()
	}
	d.swept = true
	d.s.frame = uint64(d.IntN(100))
	binary.BigEndian.PutUint32(at, v+uint32(d.s.frame))
	d.s.Dst, _ = netip.AddrFromSlice(last)
	d.flag("count", "100")
	return fmt.Sprintf("%s+1", a)
}

func (d *draw) link() {
	s := d.s
	s.SMAC, s.DMAC = host.MAC.String(), groupMAC(s.Dst)
	if d.one(2) {
		s.SMAC = fmt.Sprintf("02:00:%02x:%02x:00:%02x", d.IntN(256), d.IntN(256), d.IntN(256))
		d.flag("src-mac", s.SMAC)
	}
	switch d.IntN(4) {
	case 0:
		s.DMAC = fmt.Sprintf("04:%02x:%02x:%02x:00:01", d.IntN(256), d.IntN(256), d.IntN(256))
		d.flag("dst-mac", s.DMAC)
	case 1:
		s.DMAC = "ff:ff:ff:ff:ff:ff"
		d.flag("dst-mac", "broadcast")
	}
	var list []string
	for range max(0, d.IntN(6)-2) {
		i := d.IntN(3)
		t := settingTag{[]int{0x8100, 0x88a8, 0x9100}[i], d.IntN(8), d.IntN(2), d.IntN(4095)}
		s.VLANs = append(s.VLANs, t)
		list = append(list, fmt.Sprintf("%s%d:%d%s", []string{"", "ad/", "9100/"}[i], t.VID, t.PCP, []string{"", "d"}[t.DEI]))
	}
	if len(list) > 0 {
		d.flag("vlan", strings.Join(list, ","))
	}
	if d.one(20) {
		s.EtherType = 0x88b5
		d.flag("ethertype", "0x88b5")
	}
}

// groupMAC is RFC 2464, section 7, and RFC 1112, section 6.4; broadcast otherwise.
func groupMAC(a netip.Addr) string {
	b := a.AsSlice()
	switch {
	case !a.IsMulticast():
		return "ff:ff:ff:ff:ff:ff"
	case a.Is4():
		return fmt.Sprintf("01:00:5e:%02x:%02x:%02x", b[1]&0x7f, b[2], b[3])
	}
	return fmt.Sprintf("33:33:%02x:%02x:%02x:%02x", b[12], b[13], b[14], b[15])
}

func (d *draw) ipv4() {
	s := d.s
	if d.one(2) {
		s.ID = d.IntN(1 << 16)
		d.flag("ip-id", fmt.Sprint(s.ID))
	}
	if s.DF = d.one(2); s.DF {
		d.flag("df", "true")
	}
}

func (d *draw) ipv6() {
	s := d.s
	if d.one(2) {
		s.Flow = d.IntN(1 << 20)
		d.flag("flow-label", fmt.Sprintf("%#x", s.Flow))
	}
	if d.one(3) {
		s.Hop = d.options("hop-by-hop", true)
	}
	if d.one(3) {
		s.Fragment = &settingPlace{8 * d.IntN(8192), d.one(2), d.Uint32()}
		value := fmt.Sprintf("offset=%d,id=%d", s.Fragment.Offset, s.Fragment.ID)
		if s.Fragment.More {
			value += ",more"
		}
		d.flag("fragment", value)
	}
	if d.one(3) {
		s.Dest = d.options("dest-options", false)
	}
}

// options are at most 200 bytes. A router alert comes first: scapy aligns it.
func (d *draw) options(name string, alert bool) *[]settingOpt {
	list, texts := []settingOpt{}, []string{}
	if alert && d.one(2) {
		v := d.IntN(1 << 16)
		list, texts = append(list, settingOpt{Alert: &v}), append(texts, fmt.Sprintf("router-alert=%d", v))
	}
	for range d.IntN(4) {
		o := settingOpt{Type: 0x1e + 0x20*d.IntN(7), Data: hex.EncodeToString(d.bytes(d.IntN(50)))}
		list, texts = append(list, o), append(texts, fmt.Sprintf("%d=%s", o.Type, o.Data))
	}
	if len(texts) == 0 {
		texts = []string{"pad"}
	}
	d.flag(name, strings.Join(texts, ","))
	return &list
}

func (d *draw) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(d.Uint32())
	}
	return b
}

func (d *draw) class() {
	s := d.s
	names := map[string]int{"ef": 46, "cs3": 24, "af21": 18, "le": 1, "17": 17}
	switch d.IntN(4) {
	case 0:
		s.TC = d.IntN(256)
		d.flag([]string{"traffic-class", "tos"}[d.IntN(2)], fmt.Sprint(s.TC))
	case 1:
		name := []string{"ef", "cs3", "af21", "le", "17"}[d.IntN(5)]
		s.TC = names[name] << 2
		d.flag("dscp", name)
		if d.one(2) {
			s.TC |= 3
			d.flag("ecn", "ce")
		}
	}
}

// swept8 is a byte that is swept, now and then.
func (d *draw) swept8(name, alias string, usual int) int {
	if d.one(2) {
		return usual
	}
	if d.one(2) {
		name = alias
	}
	return d.number(name, 200)
}

func (d *draw) port(name string, usual int) int {
	if d.one(3) {
		return usual
	}
	return d.number(name, 60000)
}

// number is below most, or so much on as the frame's number says.
func (d *draw) number(name string, most int) int {
	v := d.IntN(most)
	if d.swept || !d.one(4) {
		d.flag(name, fmt.Sprint(v))
		return v
	}
	d.swept = true
	d.s.frame = uint64(d.IntN(50))
	d.flag(name, fmt.Sprintf("%d-%d", v, v+50))
	return v + int(d.s.frame)
}

func (d *draw) payload() {
	s := d.s
	b := []byte("netkmsg craft")
	switch d.IntN(5) {
	case 0:
		b = []byte(strings.Repeat("text with blanks, ", d.IntN(9)))
		d.flag("payload", string(b))
	case 1:
		b = d.bytes(d.IntN(1200))
		d.flag("payload-hex", hex.EncodeToString(b))
	case 2:
		b = []byte(strings.Repeat("\xca\xfe\xba", 22)[:64])
		d.flag("payload-pattern", "cafeba")
	case 3:
		b = binary.BigEndian.AppendUint64(nil, s.frame)
		b = append(b, make([]byte, 56)...)
		d.flag("payload-pattern", "number")
	}
	if d.one(4) && len(b) > 0 && string(s.flags[len(s.flags)-1]) != "number" {
		n := d.number("payload-size", 1200)
		if unit, ok := bytes.CutPrefix(b, []byte("\xca\xfe\xba")); ok {
			b = b[:len(b)-len(unit)] // a pattern goes on, where it does not end with itself
		}
		b = bytes.Repeat(b, n/len(b)+1)[:n]
	}
	s.Payload = hex.EncodeToString(b)
}

func (d *draw) faults() {
	s := d.s
	if d.one(8) {
		s.Pad = strings.Repeat("ee", 1+d.IntN(40))
		d.flag("pad", fmt.Sprintf("%d:0xee", len(s.Pad)/2))
	}
	bad := []string{"checksum", "length", "version", "truncate", "ip-checksum"}[d.IntN(5)]
	switch {
	case d.one(6):
		s.Checksum = d.IntN(1 << 16)
		d.flag("udp-checksum", fmt.Sprintf("%#x", s.Checksum))
	case !d.one(5):
	case bad == "ip-checksum" && s.Version == 6:
	case bad == "truncate":
		s.Bad, s.Size = bad, 14+d.IntN(28)
		d.flag("bad", fmt.Sprintf("truncate=%d", s.Size))
	default:
		s.Bad = bad
		d.flag("bad", bad)
	}
}
