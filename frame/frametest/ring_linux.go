package frametest

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A ring receives frames from a device through memory shared with the kernel (packet(7), PACKET_RX_RING in version 2),
// which holds thousands of them where a socket buffer of an ordinary user's size holds some hundred. It tells of each
// frame what PACKET_AUXDATA would.
type ring struct {
	f    *os.File
	raw  syscall.RawConn
	mem  []byte
	slot int // bytes
	next int // offset of the slot that the kernel fills next
}

// ringSize is that of all slots together, in bytes.
const ringSize = 8 << 20

// openRing starts to receive what arrives on the device, in the namespace of the calling thread.
func openRing(index, mtu int) (*ring, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open packet socket: %w", err)
	}
	r := &ring{f: os.NewFile(uintptr(fd), "packet socket"), slot: slotSize(mtu)}
	if err := r.set(fd, index); err != nil {
		r.f.Close()
		return nil, err
	}
	if r.mem, err = unix.Mmap(fd, 0, ringSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		r.f.Close()
		return nil, fmt.Errorf("map packet ring: %w", err)
	}
	r.raw, err = r.f.SyscallConn()
	return r, err
}

// slotSize returns the power of two that holds the kernel's headers and a frame with a VLAN tag or two.
func slotSize(mtu int) int {
	n := 2048
	for n < mtu+256 {
		n *= 2
	}
	return n
}

func (r *ring) set(fd, index int) error {
	block := max(r.slot, 1<<16)
	req := unix.TpacketReq{
		Block_size: uint32(block), Block_nr: uint32(ringSize / block),
		Frame_size: uint32(r.slot), Frame_nr: uint32(ringSize / r.slot),
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V2); err != nil {
		return fmt.Errorf("set packet ring version: %w", err)
	}
	if err := unix.SetsockoptTpacketReq(fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &req); err != nil {
		return fmt.Errorf("make packet ring: %w", err)
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1); err != nil {
		return fmt.Errorf("ignore outgoing frames: %w (needs Linux 4.20)", err)
	}
	// Bound last, so that nothing arrives before all is set.
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: bigEndian(unix.ETH_P_ALL), Ifindex: index}); err != nil {
		return fmt.Errorf("bind packet socket: %w", err)
	}
	return nil
}

// bigEndian returns the number whose bytes in memory are n in network order.
func bigEndian(n uint16) uint16 {
	return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, n))
}

// receive calls take for each packet until the ring is closed.
func (r *ring) receive(take func(Packet)) {
	r.raw.Read(func(uintptr) bool {
		for {
			head := (*unix.Tpacket2Hdr)(unsafe.Pointer(&r.mem[r.next]))
			if atomic.LoadUint32(&head.Status)&unix.TP_STATUS_USER == 0 {
				return false
			}
			take(packet(head, r.mem[r.next:r.next+r.slot]))
			atomic.StoreUint32(&head.Status, unix.TP_STATUS_KERNEL)
			r.next = (r.next + r.slot) % ringSize
		}
	})
}

// packet copies a frame out of its slot.
func packet(head *unix.Tpacket2Hdr, slot []byte) Packet {
	p := Packet{
		Time:       time.Unix(int64(head.Sec), int64(head.Nsec)),
		Unfinished: head.Status&unix.TP_STATUS_CSUMNOTREADY != 0,
		Len:        int(head.Len),
	}
	data := slot[head.Mac:][:head.Snaplen]
	if head.Status&unix.TP_STATUS_VLAN_VALID == 0 || len(data) < 12 {
		p.Data = append(p.Data, data...)
		return p
	}
	tpid := uint16(unix.ETH_P_8021Q)
	if head.Status&unix.TP_STATUS_VLAN_TPID_VALID != 0 {
		tpid = head.Vlan_tpid
	}
	p.Data = make([]byte, 0, len(data)+4)
	p.Data = append(p.Data, data[:12]...)
	p.Data = binary.BigEndian.AppendUint16(p.Data, tpid)
	p.Data = binary.BigEndian.AppendUint16(p.Data, head.Vlan_tci)
	p.Data = append(p.Data, data[12:]...)
	p.Len += 4
	return p
}

// drops returns how many frames found no free slot since it was last called.
func (r *ring) drops() (n int, err error) {
	ctl := r.raw.Control(func(fd uintptr) {
		var s *unix.TpacketStats
		if s, err = unix.GetsockoptTpacketStats(int(fd), unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
			n = int(s.Drops)
		}
	})
	if err == nil {
		err = ctl
	}
	return n, err
}

// stop makes receive return. The memory stays until free.
func (r *ring) stop() { r.f.Close() }

func (r *ring) free() { unix.Munmap(r.mem) }
