package wire

import (
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// ListenNeighbours receives, as Listen does, the frames with which hosts and routers find each other: ARP, and IPv6's
// router and neighbour solicitations and advertisements (RFC 4861), behind at most one VLAN tag besides one that the
// device took off, without an IPv6 extension header. The device does not enter promiscuous mode, of which the kernel
// would tell in its log: it receives what is for its own address, and for all. Of a frame of more than 2 KiB the end is
// missing.
func ListenNeighbours(dev string) (*Receiver, error) {
	return listen(dev, neighbours, nil, manner{unix.PacketMreq{
		Type: unix.PACKET_MR_MULTICAST, Alen: 6, Address: [8]byte{0x33, 0x33, 0, 0, 0, 1}, // of ff02::1, all nodes
	}, neighbourSlot, false})
}

// neighbourSlot is more than any such message has on a link of the usual MTU.
const neighbourSlot = tagLen + 2048

// neighbours is the program that accepts these frames. It is assembled by hand, as an assembler for it would be a part
// of every sender that looks for its target.
var neighbours = []bpf.RawInstruction{
	{Op: ldxImm, K: 0},
	{Op: ldHalf, K: 12}, // EtherType
	{Op: jeq, K: 0x8100, Jf: 2},
	{Op: ldxImm, K: 4}, // X is the length of the tag
	{Op: ldHalf, K: 12},
	{Op: jeq, K: 0x0806, Jt: 6}, // ARP: accept
	{Op: jeq, K: 0x86dd, Jf: 6}, // not IPv6: drop
	{Op: ldByte, K: 14 + 6},     // next header
	{Op: jeq, K: 58, Jf: 4},     // not ICMPv6: drop
	{Op: ldByte, K: 14 + 40},    // type
	{Op: jge, K: 133, Jf: 2},    // less than a router solicitation: drop
	{Op: jgt, K: 136, Jt: 1},    // more than a neighbour advertisement: drop
	{Op: ret, K: 1 << 18},       // bytes, more than any frame has
	{Op: ret},
}

const (
	ldxImm = unix.BPF_LDX | unix.BPF_IMM
	ldHalf = unix.BPF_LD | unix.BPF_H | unix.BPF_IND // at X + K
	ldByte = unix.BPF_LD | unix.BPF_B | unix.BPF_IND
	jeq    = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	jge    = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
	jgt    = unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K
	ret    = unix.BPF_RET | unix.BPF_K
)
