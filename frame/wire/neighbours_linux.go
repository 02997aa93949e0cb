package wire

import (
	"slices"

	"golang.org/x/net/bpf"
)

// ListenNeighbours receives, as Listen does, the frames with which hosts and routers find each other: ARP, and IPv6's
// router and neighbour solicitations and advertisements (RFC 4861), behind up to three VLAN tags, without an IPv6
// extension header.
func ListenNeighbours(dev string) (*Receiver, error) {
	program, err := neighbours()
	return listen(dev, program, err)
}

// neighbours returns the program that accepts these frames.
func neighbours() ([]bpf.RawInstruction, error) {
	const (
		typeARP           = 0x0806
		icmpv6            = 58
		firstNDP, lastNDP = 133, 136
	)
	p := []bpf.Instruction{bpf.LoadConstant{Dst: bpf.RegX, Val: 12}}
	for range maxTags {
		p = append(p, skipTag()...)
	}
	p = append(p, bpf.LoadIndirect{Off: 0, Size: 2})
	p = append(p, when(typeARP, []bpf.Instruction{accept})...)
	return bpf.Assemble(slices.Concat(p, when(typeIPv6, []bpf.Instruction{
		bpf.LoadIndirect{Off: 2 + 6, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: icmpv6, SkipTrue: 1},
		drop,
		bpf.LoadIndirect{Off: 2 + 40, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpGreaterOrEqual, Val: firstNDP, SkipTrue: 1},
		drop,
		bpf.JumpIf{Cond: bpf.JumpGreaterThan, Val: lastNDP, SkipFalse: 1},
		drop,
		accept,
	}), []bpf.Instruction{drop}))
}
