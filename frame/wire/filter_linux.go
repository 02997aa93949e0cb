package wire

import (
	"fmt"
	"slices"

	"golang.org/x/net/bpf"

	"netkmsg/frame"
)

// maxPorts is how many ports a filter can be given. Each takes four of the 4096 instructions that the kernel allows
// (BPF_MAXINSNS).
const maxPorts = 512

const (
	maxTags       = 3 // VLAN tags in the frame's bytes; the outermost of all is usually not among them
	maxExtensions = 5 // IPv6 extension headers, those that RFC 8200, section 4.1, puts in front of UDP

	typeIPv4, typeIPv6 = 0x0800, 0x86dd

	hopByHop, udp, routing, fragmentHeader, destination = 0, 17, 43, 44, 60
)

// filter returns a program that accepts Ethernet frames with UDP to one of the ports, over IPv4 or IPv6, and all
// fragments of UDP but the first, which alone tells the port. Loads beyond the frame's end refuse it.
//
// Register X is where the program has come to in the frame. It goes forward only, so that what depends on what lies
// behind is told by how much of the program is skipped.
func filter(ports []uint16) ([]bpf.RawInstruction, error) {
	ports = slices.Compact(slices.Sorted(slices.Values(ports)))
	if len(ports) == 0 || len(ports) > maxPorts {
		return nil, fmt.Errorf("%d ports: want 1 to %d", len(ports), maxPorts)
	}
	p := []bpf.Instruction{bpf.LoadConstant{Dst: bpf.RegX, Val: 12}}
	for range maxTags {
		p = append(p, skipTag()...)
	}
	p = append(p, bpf.LoadIndirect{Off: 0, Size: 2})
	p = append(p, when(typeIPv4, toUDP4(), toPorts(ports))...)
	p = append(p, when(typeIPv6, toUDP6(), toPorts(ports))...)
	return bpf.Assemble(append(p, drop))
}

var (
	accept = bpf.RetConstant{Val: 1 << 18} // bytes, more than any frame has
	drop   = bpf.RetConstant{}
)

// when does all parts if A has this value.
func when(value uint32, parts ...[]bpf.Instruction) []bpf.Instruction {
	all := slices.Concat(parts...)
	return append([]bpf.Instruction{
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: value, SkipTrue: 1},
		bpf.Jump{Skip: uint32(len(all))}, // conditions jump no further than 255
	}, all...)
}

// forward adds to X, by way of A.
func forward(n uint32) []bpf.Instruction {
	return []bpf.Instruction{bpf.TXA{}, bpf.ALUOpConstant{Op: bpf.ALUOpAdd, Val: n}, bpf.TAX{}}
}

// skipTag goes over a VLAN tag, if X is at one.
func skipTag() []bpf.Instruction {
	return append([]bpf.Instruction{
		bpf.LoadIndirect{Off: 0, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(frame.TPIDCustomer), SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(frame.TPIDService), SkipTrue: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(frame.TPIDStacked), SkipFalse: 3},
	}, forward(4)...)
}

// toUDP4 goes from the EtherType to the UDP header, unless it finds the verdict.
func toUDP4() []bpf.Instruction {
	return slices.Concat(forward(2), []bpf.Instruction{
		bpf.LoadIndirect{Off: 9, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: udp, SkipTrue: 1},
		drop,
		bpf.LoadIndirect{Off: 6, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: 0x1fff, SkipFalse: 1},
		accept,
		bpf.LoadIndirect{Off: 0, Size: 1},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 15},
		bpf.ALUOpConstant{Op: bpf.ALUOpShiftLeft, Val: 2},
		bpf.ALUOpX{Op: bpf.ALUOpAdd},
		bpf.TAX{},
	})
}

// toUDP6 goes from the EtherType to the UDP header, unless it finds the verdict. A holds the type of the header at X.
func toUDP6() []bpf.Instruction {
	p := []bpf.Instruction{
		bpf.LoadIndirect{Off: 2 + 6, Size: 1},
		bpf.StoreScratch{Src: bpf.RegA},
	}
	p = append(p, forward(2+40)...)
	for range maxExtensions {
		p = append(p, bpf.LoadScratch{Dst: bpf.RegA})
		p = append(p, when(fragmentHeader, skipFragment())...)
		p = append(p, bpf.JumpIf{Cond: bpf.JumpEqual, Val: udp, SkipTrue: uint8(len(skipExtension()))})
		p = append(p, skipExtension()...)
	}
	return append(p,
		bpf.LoadScratch{Dst: bpf.RegA},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: udp, SkipTrue: 1},
		drop,
	)
}

// skipFragment goes over the fragment header of a datagram's beginning. Behind it only destination options and UDP
// are expected, and the rest of a datagram is accepted if it says to be of these.
func skipFragment() []bpf.Instruction {
	return slices.Concat([]bpf.Instruction{
		bpf.LoadIndirect{Off: 0, Size: 1},
		bpf.StoreScratch{Src: bpf.RegA},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: udp, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: destination, SkipTrue: 1},
		drop,
		bpf.LoadIndirect{Off: 2, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: 0xfff8, SkipFalse: 1},
		accept,
	}, forward(8), []bpf.Instruction{bpf.LoadScratch{Dst: bpf.RegA}})
}

// skipExtension goes over a header with a length of its own, if it is known.
func skipExtension() []bpf.Instruction {
	return []bpf.Instruction{
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: hopByHop, SkipTrue: 3},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: routing, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: destination, SkipTrue: 1},
		drop,
		bpf.LoadIndirect{Off: 0, Size: 1},
		bpf.StoreScratch{Src: bpf.RegA},
		bpf.LoadIndirect{Off: 1, Size: 1},
		bpf.ALUOpConstant{Op: bpf.ALUOpAdd, Val: 1},
		bpf.ALUOpConstant{Op: bpf.ALUOpShiftLeft, Val: 3},
		bpf.ALUOpX{Op: bpf.ALUOpAdd},
		bpf.TAX{},
	}
}

// toPorts gives the verdict on the UDP header at X.
func toPorts(ports []uint16) []bpf.Instruction {
	p := []bpf.Instruction{bpf.LoadIndirect{Off: 2, Size: 2}}
	for _, port := range ports {
		p = append(p, bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(port), SkipFalse: 1}, accept)
	}
	return append(p, drop)
}
