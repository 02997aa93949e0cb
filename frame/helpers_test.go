package frame_test

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"

	"netkmsg/frame"
)

var (
	mac1 = frame.MAC{0x02, 0, 0, 0, 0, 0x01}
	mac2 = frame.MAC{0x02, 0, 0, 0, 0, 0x02}
)

func header6() frame.Header {
	return frame.Header{
		Source: frame.Endpoint{MAC: mac1, Addr: netip.MustParseAddr("fe80::1"), Port: 6665},
		Target: frame.Endpoint{MAC: mac2, Addr: netip.MustParseAddr("2001:db8::2"), Port: 6666},
	}
}

func header4() frame.Header {
	return frame.Header{
		Source: frame.Endpoint{MAC: mac1, Addr: netip.MustParseAddr("192.0.2.1"), Port: 6665},
		Target: frame.Endpoint{MAC: frame.Broadcast, Addr: netip.MustParseAddr("192.0.2.2"), Port: 6666},
	}
}

func tagged(h frame.Header, tags ...frame.VLAN) frame.Header {
	h.VLANs = tags
	return h
}

func mustTemplate(tb testing.TB, h frame.Header) *frame.Template {
	tb.Helper()
	t, err := h.Template()
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func mustAppend(tb testing.TB, t *frame.Template, payload []byte) []byte {
	tb.Helper()
	b, err := t.Append(nil, payload)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func mustBuild(tb testing.TB, h frame.Header, payload string) []byte {
	tb.Helper()
	return mustAppend(tb, mustTemplate(tb, h), []byte(payload))
}

// extend puts extension headers, the first of type next, in front of UDP in an
// untagged IPv6 frame. The UDP checksum does not cover them.
func extend(b []byte, next byte, ext []byte) []byte {
	b = slices.Insert(slices.Clone(b), 54, ext...)
	b[20] = next
	n := len(b) - 54
	b[18], b[19] = byte(n>>8), byte(n)
	return b
}

// fixIPv4 writes the right header checksum into an untagged IPv4 frame.
func fixIPv4(b []byte) []byte {
	h := b[14 : 14+int(b[14]&15)*4]
	h[10], h[11] = 0, 0
	c := frame.Checksum(h)
	h[10], h[11] = byte(c>>8), byte(c)
	return b
}

func change(b []byte, at int, with ...byte) []byte {
	b = slices.Clone(b)
	copy(b[at:], with)
	return b
}

// normal resolves the zero values that stand for defaults.
func normal(h frame.Header) frame.Header {
	h.VLANs = slices.Clone(h.VLANs)
	if len(h.VLANs) == 0 {
		h.VLANs = nil
	}
	for i := range h.VLANs {
		if h.VLANs[i].TPID == 0 {
			h.VLANs[i].TPID = frame.TPIDCustomer
		}
	}
	switch {
	case h.HopLimit != 0:
	case h.Source.Addr.Is4():
		h.HopLimit = frame.DefaultTTL
	default:
		h.HopLimit = frame.DefaultHopLimit
	}
	return h
}

func sameHeader(a, b frame.Header) bool {
	same := slices.Equal(a.VLANs, b.VLANs)
	a.VLANs, b.VLANs = nil, nil
	return same && reflect.DeepEqual(a, b)
}

func parseAddr(tb testing.TB, s string) netip.Addr {
	tb.Helper()
	a, err := netip.ParseAddr(s)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}
