package collect

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	datagramSize = 65535 // no datagram is ever cut
	controlSize  = 128
)

// batch receives up to batchSize datagrams with one system call.
type batch struct {
	headers  [batchSize]mmsghdr
	vectors  [batchSize]unix.Iovec
	names    [batchSize]unix.RawSockaddrInet6 // or Inet4, which is shorter
	controls [batchSize][controlSize]byte
	payloads [batchSize][]byte

	n     int
	errno unix.Errno
}

// mmsghdr is struct mmsghdr of recvmmsg(2).
type mmsghdr struct {
	hdr unix.Msghdr
	len uint32
}

func newBatch() *batch {
	b := new(batch)
	for i := range b.headers {
		b.payloads[i] = make([]byte, datagramSize)
		b.vectors[i].Base = &b.payloads[i][0]
		b.vectors[i].SetLen(datagramSize)
		h := &b.headers[i].hdr
		h.Name = (*byte)(unsafe.Pointer(&b.names[i]))
		h.Iov = &b.vectors[i]
		h.SetIovlen(1)
		h.Control = &b.controls[i][0]
	}
	return b
}

// receive takes what is there. It reports whether there was anything, if only
// an error. The call never waits, and so Go's scheduler is not told of it, which
// would look after it in vain (docs/performance.md).
func (b *batch) receive(fd uintptr) bool {
	for i := range b.headers { // the last call changed these
		h := &b.headers[i].hdr
		h.Namelen = unix.SizeofSockaddrInet6
		h.SetControllen(controlSize)
	}
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&b.headers)), batchSize, unix.MSG_DONTWAIT, 0, 0)
	runtime.KeepAlive(b)
	b.n, b.errno = int(n), errno
	if errno != 0 {
		b.n = 0
	}
	return errno != unix.EAGAIN
}

func (b *batch) payload(i int) []byte { return b.payloads[i][:b.headers[i].len] }

func (b *batch) control(i int) []byte { return b.controls[i][:b.headers[i].hdr.Controllen] }

func (b *batch) truncated(i int) bool { return b.headers[i].hdr.Flags&unix.MSG_TRUNC != 0 }
