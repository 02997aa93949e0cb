package collect

import (
	"encoding/binary"
	"iter"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// metadata reads the control messages of a datagram: the time of arrival, and
// how many datagrams the socket has lost in all (socket(7)).
func metadata(oob []byte) (at time.Time, lost uint32) {
	for h, data := range controls(oob) {
		switch {
		case h.Level != unix.SOL_SOCKET:
		case h.Type == unix.SCM_TIMESTAMPNS && len(data) >= int(unsafe.Sizeof(unix.Timespec{})):
			ts := (*unix.Timespec)(unsafe.Pointer(&data[0]))
			at = time.Unix(ts.Unix())
		case h.Type == unix.SO_RXQ_OVFL && len(data) >= 4:
			lost = binary.NativeEndian.Uint32(data)
		}
	}
	return at, lost
}

// controls yields the control messages in oob.
func controls(oob []byte) iter.Seq2[*unix.Cmsghdr, []byte] {
	return func(yield func(*unix.Cmsghdr, []byte) bool) {
		for len(oob) >= unix.SizeofCmsghdr {
			h := (*unix.Cmsghdr)(unsafe.Pointer(&oob[0]))
			size := int(h.Len)
			if size < unix.SizeofCmsghdr || size > len(oob) || !yield(h, oob[unix.CmsgLen(0):size]) {
				return
			}
			oob = oob[min(len(oob), unix.CmsgSpace(size-unix.CmsgLen(0))):]
		}
	}
}
