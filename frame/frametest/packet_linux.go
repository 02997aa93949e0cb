package frametest

import (
	"encoding/binary"
	"fmt"
	"time"

	"netkmsg/frame"
)

// A Packet is a captured frame.
type Packet struct {
	Time time.Time // when the kernel received it
	Data []byte    // from the destination MAC address on, VLAN tags included
	// Unfinished says that the transport checksum was left for a device to fill in, which a virtual one never does.
	Unfinished bool
	// Len is the frame's length in bytes. Only of one longer than the device's MTU at the capture's start allows can it
	// be more than len(Data).
	Len int
}

// Frame takes the packet apart. It does not look at a checksum that is unfinished.
func (p Packet) Frame() (frame.Frame, error) {
	if p.Unfinished {
		return frame.ParseUnverified(p.Data)
	}
	return frame.Parse(p.Data)
}

// String describes the packet in one line.
func (p Packet) String() string {
	s := fmt.Sprintf("%d bytes", p.Len)
	if len(p.Data) < 14 {
		return s
	}
	s += fmt.Sprintf(" %s > %s", frame.MAC(p.Data[6:12]), frame.MAC(p.Data[:6]))
	f, err := p.Frame()
	if err != nil {
		return s + fmt.Sprintf(" type %#04x: %v", binary.BigEndian.Uint16(p.Data[12:]), err)
	}
	for i := range f.NumVLAN() {
		s += fmt.Sprintf(" vlan %d", f.VLAN(i).ID)
	}
	return s + fmt.Sprintf(" [%s]:%d > [%s]:%d %q", f.Source.Addr, f.Source.Port, f.Target.Addr, f.Target.Port,
		f.Payload[:min(len(f.Payload), 40)])
}

// distance is a measure of how much two frames differ: the number of bytes that do.
func distance(a, b []byte) int {
	n := min(len(a), len(b))
	d := max(len(a), len(b)) - n
	for i := range n {
		if a[i] != b[i] {
			d++
		}
	}
	return d
}
