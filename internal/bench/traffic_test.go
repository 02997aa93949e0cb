package main

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"netkmsg/kmsg"
)

// TestTraffics has the receiver's core understand them all, so that everybody has the work that is meant.
func TestTraffics(t *testing.T) {
	for _, tt := range []struct {
		traffic
		text string
	}{
		{basicTraffic, strings.TrimSpace(text)},
		{extendedTraffic, strings.TrimSpace(text)},
		{fragmentedTraffic, strings.TrimSpace(body)},
	} {
		for _, hosts := range []int{1, 7} {
			got := 0
			c := kmsg.NewCollector(kmsg.CollectOptions{
				Deliver: func(m *kmsg.Message) {
					got++
					if s := string(m.AppendText(nil)); s != tt.text || m.Basic && !m.HasTime {
						t.Fatalf("%s: %q, has time: %v", tt.name, s, m.HasTime)
					}
				},
				Notify: func(n *kmsg.Notice) { t.Errorf("%s: notice of kind %v", tt.name, n.Kind) },
			})
			const records = 30000
			for i := range records * tt.parts {
				host, seq, part := tt.datagram(i, hosts)
				from := netip.AddrPortFrom(netip.MustParseAddr("fe80::1"), uint16(host))
				c.Receive(time.Unix(1e9, int64(i)), from, tt.payload(nil, seq, part))
			}
			if tot := c.Totals(); got != records || tot.Hosts != hosts || tot.Waiting != 0 {
				t.Errorf("%s from %d hosts: %d records, %+v", tt.name, hosts, got, tot)
			}
		}
	}
}

func TestBody(t *testing.T) {
	if len(body) != 1801 || strings.Count(body, "\n") != 1 || !strings.HasSuffix(body, "\n") {
		t.Errorf("%d bytes: %q", len(body), body)
	}
}

func TestDatagram(t *testing.T) {
	type place [3]int
	for _, tt := range []struct {
		parts, hosts int
		want         []place
	}{
		{1, 1, []place{{0, 0, 0}, {0, 1, 0}, {0, 2, 0}}},
		{2, 1, []place{{0, 0, 0}, {0, 0, 1}, {0, 1, 0}}},
		{1, 2, []place{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}}},
		{2, 2, []place{{0, 0, 0}, {0, 0, 1}, {1, 0, 0}, {1, 0, 1}, {0, 1, 0}}},
	} {
		for i, want := range tt.want {
			host, seq, part := traffic{parts: tt.parts}.datagram(i, tt.hosts)
			if got := (place{host, seq, part}); got != want {
				t.Errorf("%d parts, %d hosts, datagram %d: %v, want %v", tt.parts, tt.hosts, i, got, want)
			}
		}
	}
}
