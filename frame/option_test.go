package frame_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"netkmsg/frame"
)

func TestExtensions(t *testing.T) {
	tests := []struct {
		name string
		exts []frame.Extension
		next uint8
		want string
	}{
		{"none", nil, 17, ""},
		{"padding alone", []frame.Extension{frame.HopByHop()}, 0, "1100 0104 00000000"},
		{"router alert", []frame.Extension{frame.HopByHop(frame.Option{Type: 5, Data: []byte{0, 0}})}, 0, "1100 05020000 0100"},
		{"Pad1", []frame.Extension{frame.DestinationOptions(frame.Option{Type: 0x1e, Data: []byte{1, 2, 3}})}, 60, "1100 1e03010203 00"},
		{"no padding", []frame.Extension{frame.DestinationOptions(frame.Option{}, frame.Option{}, frame.Option{Type: 0x1e, Data: []byte{1, 2}})}, 60, "1100 0000 1e020102"},
		{"two units", []frame.Extension{frame.DestinationOptions(frame.Option{Type: 4, Data: make([]byte, 5)})}, 60, "1101 04050000000000 010500 0000 0000"},
		{"atomic fragment", []frame.Extension{frame.FragmentHeader(0, false, 0x01020304)}, 44, "1100 0000 01020304"},
		{"fragment", []frame.Extension{frame.FragmentHeader(1480, true, 7)}, 44, "1100 05c9 00000007"},
		{"chain", []frame.Extension{frame.HopByHop(), frame.FragmentHeader(0, false, 1), frame.DestinationOptions()}, 0,
			"2c00 0104 00000000 3c00 0000 00000001 1100 0104 00000000"},
	}
	for _, tt := range tests {
		next, b := frame.ChainExtensions(tt.exts...)
		want, err := hex.DecodeString(strings.ReplaceAll(tt.want, " ", ""))
		if err != nil {
			t.Fatal(tt.name, err)
		}
		if next != tt.next || !bytes.Equal(b, want) {
			t.Errorf("%s: next header %d, %x\nwant %d, %x", tt.name, next, b, tt.next, want)
		}
	}
}

// TestHeaderExtensions builds frames with extension headers and IPv4 options;
// Parse reads them, and gopacket does, which goes no further than a fragment header.
func TestHeaderExtensions(t *testing.T) {
	h6, h4 := header6(), header4()
	h6.NextHeader, h6.Extensions = frame.ChainExtensions(
		frame.HopByHop(frame.Option{Type: 5, Data: []byte{0, 0}}), frame.DestinationOptions())
	h4.Extensions = []byte{1, 1, 1, 0, 0x94, 4, 0, 0}
	for _, h := range []frame.Header{h6, h4} {
		b := mustBuild(t, h, "behind them")
		f, err := frame.Parse(b)
		if err != nil || !bytes.Equal(f.Extensions, h.Extensions) || string(f.Payload) != "behind them" {
			t.Errorf("extensions %x, payload %q, %v", f.Extensions, f.Payload, err)
		}
		if h.Source.Addr.Is6() && f.NextHeader != h.NextHeader {
			t.Errorf("next header %d, want %d", f.NextHeader, h.NextHeader)
		}
		p := gopacket.NewPacket(b, layers.LayerTypeEthernet, gopacket.Default)
		if udp, ok := p.TransportLayer().(*layers.UDP); !ok || string(udp.Payload) != "behind them" {
			t.Errorf("gopacket: %v", p)
		}
		tpl := mustTemplate(t, h)
		most := frame.MaxPayload6
		if h.Source.Addr.Is4() {
			most = frame.MaxPayload4
		}
		most -= len(h.Extensions)
		if _, err := tpl.Append(nil, make([]byte, most)); err != nil {
			t.Errorf("%d bytes of payload: %v", most, err)
		}
		if _, err := tpl.Append(nil, make([]byte, most+1)); err == nil {
			t.Errorf("%d bytes of payload are taken", most+1)
		}
	}
}

func TestHeaderOddities(t *testing.T) {
	h := tagged(header6(), frame.VLAN{ID: 7})
	h.EtherType, h.NoHops = 0x88b5, true
	b := mustBuild(t, h, "x")
	if b[16] != 0x88 || b[17] != 0xb5 || b[25] != 0 {
		t.Errorf("%x: want EtherType 0x88b5 and hop limit 0", b)
	}
	b[16], b[17] = 0x86, 0xdd
	if f, err := frame.Parse(b); err != nil || f.HopLimit != 0 {
		t.Errorf("hop limit %d, %v", f.HopLimit, err)
	}
	h4 := header4()
	h4.NoHops = true
	if f, err := frame.Parse(mustBuild(t, h4, "x")); err != nil || f.HopLimit != 0 {
		t.Errorf("time to live %d, %v", f.HopLimit, err)
	}
	for want, change := range map[string]func(h *frame.Header){
		"a hop limit of 3 and of 0 at once": func(h *frame.Header) { h.NoHops, h.HopLimit = true, 3 },
		"extension headers of 6 bytes":      func(h *frame.Header) { h.Extensions = make([]byte, 6) },
		"extension headers of 65528 bytes":  func(h *frame.Header) { h.Extensions = make([]byte, 65528) },
		"IPv4 options of 44 bytes":          func(h *frame.Header) { *h = header4(); h.Extensions = make([]byte, 44) },
		"IPv4 options of 1 byte":            func(h *frame.Header) { *h = header4(); h.Extensions = make([]byte, 1) },
	} {
		h := header6()
		change(&h)
		if _, err := h.Template(); err == nil || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
