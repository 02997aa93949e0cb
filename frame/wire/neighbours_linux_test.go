package wire

import (
	"testing"

	"golang.org/x/net/bpf"

	"netkmsg/frame"
)

// TestNeighbours has one frame of each kind that matters.
func TestNeighbours(t *testing.T) {
	program, ok := bpf.Disassemble(neighbours)
	if !ok {
		t.Fatal("instructions unknown")
	}
	m, err := bpf.NewVM(program)
	if err != nil {
		t.Fatal(err)
	}
	icmp := func(next, kind byte) []byte {
		b := make([]byte, 48)
		b[0], b[6], b[40] = 0x60, next, kind
		return b
	}
	tag := []frame.VLAN{{ID: 5}}
	for _, tt := range []struct {
		name string
		e    frame.Ethernet
		want bool
	}{
		{"ARP", frame.Ethernet{Type: frame.TypeARP, Payload: make([]byte, 28)}, true},
		{"ARP in a VLAN", frame.Ethernet{Type: frame.TypeARP, VLANs: tag, Payload: make([]byte, 28)}, true},
		{"router solicitation", frame.Ethernet{Type: frame.TypeIPv6, Payload: icmp(58, 133)}, true},
		{"neighbour advertisement", frame.Ethernet{Type: frame.TypeIPv6, Payload: icmp(58, 136)}, true},
		{"neighbour advertisement in a VLAN", frame.Ethernet{Type: frame.TypeIPv6, VLANs: tag, Payload: icmp(58, 136)}, true},
		{"listener report", frame.Ethernet{Type: frame.TypeIPv6, Payload: icmp(58, 132)}, false},
		{"redirect", frame.Ethernet{Type: frame.TypeIPv6, Payload: icmp(58, 137)}, false},
		{"UDP", frame.Ethernet{Type: frame.TypeIPv6, Payload: icmp(17, 135)}, false},
		{"IPv4", frame.Ethernet{Type: frame.TypeIPv4, Payload: icmp(58, 135)}, false},
		{"cut short", frame.Ethernet{Type: frame.TypeIPv6, Payload: icmp(58, 135)[:40]}, false},
		{"empty", frame.Ethernet{}, false},
	} {
		b, err := tt.e.Frame()
		if err != nil {
			t.Fatal(err)
		}
		if got := passes(t, m, b); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
