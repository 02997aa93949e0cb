package wire

import (
	"encoding/binary"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	batch = BatchMax // frames in one system call

	tagLen = 4
	// slot is the room for one frame: the longest IP packet, its Ethernet header and inner VLAN tags, and in front of
	// it a place for the outermost. Of slots that only see short frames most pages are never touched.
	slot = tagLen + 1<<16 + 64
)

// received is struct mmsghdr of recvmmsg(2).
type received struct {
	hdr unix.Msghdr
	n   uint32 // bytes
}

// control has room for the control messages of a frame, aligned as they must be: a time stamp and PACKET_AUXDATA.
type control [16]uint64

// prepare points the message headers to their memory.
func (r *Receiver) prepare() {
	r.recv = r.receive
	r.mem = make([]byte, batch*r.slot)
	for i := range r.msgs {
		m := &r.msgs[i].hdr
		r.iovs[i].Base = &r.mem[i*r.slot+tagLen]
		r.iovs[i].SetLen(r.slot - tagLen)
		m.Iov = &r.iovs[i]
		m.SetIovlen(1)
		m.Control = (*byte)(unsafe.Pointer(&r.ctl[i]))
	}
}

// receive is the system call of Read. It returns false where Read is to wait.
func (r *Receiver) receive(fd uintptr) bool {
	for i := range r.msgs {
		r.msgs[i].hdr.SetControllen(int(unsafe.Sizeof(r.ctl[i])))
	}
	for {
		n, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&r.msgs)), batch, unix.MSG_DONTWAIT, 0, 0)
		r.n, r.errno = int(n), errno
		if errno != unix.EINTR {
			return errno != unix.EAGAIN
		}
	}
}

// frame returns the i'th frame as Read tells it.
func (r *Receiver) frame(i int) (at time.Time, b []byte, unverified bool) {
	m := &r.msgs[i]
	room := r.mem[i*r.slot:][:r.slot]
	b = room[tagLen:][:m.n]
	aux := r.auxdata(i, &at)
	if aux == nil {
		return at, b, false
	}
	unverified = aux.Status&unix.TP_STATUS_CSUMNOTREADY != 0
	if aux.Status&unix.TP_STATUS_VLAN_VALID == 0 || len(b) < 12 {
		return at, b, unverified
	}
	tpid := uint16(unix.ETH_P_8021Q)
	if aux.Status&unix.TP_STATUS_VLAN_TPID_VALID != 0 {
		tpid = aux.Vlan_tpid
	}
	copy(room, b[:12])
	binary.BigEndian.PutUint16(room[12:], tpid)
	binary.BigEndian.PutUint16(room[14:], aux.Vlan_tci)
	return at, room[:tagLen+m.n], unverified
}

// auxdata finds what the kernel says of the i'th frame, and sets the time. It is unix.ParseSocketControlMessage
// without allocation.
func (r *Receiver) auxdata(i int, at *time.Time) (aux *unix.TpacketAuxdata) {
	c := unsafe.Slice((*byte)(unsafe.Pointer(&r.ctl[i])), int(r.msgs[i].hdr.Controllen))
	for len(c) >= unix.SizeofCmsghdr {
		h := (*unix.Cmsghdr)(unsafe.Pointer(&c[0]))
		if h.Len < unix.SizeofCmsghdr || uint64(h.Len) > uint64(len(c)) {
			break
		}
		data := unsafe.Pointer(&c[unix.CmsgLen(0)])
		switch {
		case h.Level == unix.SOL_PACKET && h.Type == unix.PACKET_AUXDATA:
			aux = (*unix.TpacketAuxdata)(data)
		case h.Level == unix.SOL_SOCKET && h.Type == unix.SCM_TIMESTAMPNS:
			*at = time.Unix((*unix.Timespec)(data).Unix())
		}
		c = c[min(len(c), unix.CmsgSpace(int(h.Len)-unix.CmsgLen(0))):]
	}
	return aux
}

// allTypes is ETH_P_ALL in network byte order.
var allTypes = binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, unix.ETH_P_ALL))
