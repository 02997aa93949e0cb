package collect

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func networkOrder(port uint16) uint16 {
	return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, port))
}

func sockaddr6(addr string, scope uint32, port uint16) *unix.RawSockaddrInet6 {
	return &unix.RawSockaddrInet6{Family: unix.AF_INET6, Port: networkOrder(port),
		Addr: netip.MustParseAddr(addr).As16(), Scope_id: scope}
}

func sockaddr4(addr string, port uint16) *unix.RawSockaddrInet6 {
	var sa unix.RawSockaddrInet6 // longer, as the kernel finds it
	*(*unix.RawSockaddrInet4)(unsafe.Pointer(&sa)) = unix.RawSockaddrInet4{Family: unix.AF_INET,
		Port: networkOrder(port), Addr: netip.MustParseAddr(addr).As4()}
	return &sa
}

func TestSenders(t *testing.T) {
	const lo, gone = 1, 1 << 30
	var s senders
	s.forget(time.Unix(1e9, 0))
	for _, tt := range []struct {
		in   *unix.RawSockaddrInet6
		want string
	}{
		{sockaddr6("fd00::1", 0, 6665), "[fd00::1]:6665"},
		{sockaddr6("::ffff:192.0.2.1", 0, 514), "[::ffff:192.0.2.1]:514"},
		{sockaddr4("192.0.2.1", 65535), "192.0.2.1:65535"},
		{sockaddr6("fe80::1", lo, 6665), "[fe80::1%lo]:6665"},
		{sockaddr6("fe80::1", lo, 6665), "[fe80::1%lo]:6665"},
		{sockaddr6("fe80::1", lo, 6666), "[fe80::1%lo]:6666"},
		{sockaddr6("fe80::2", lo, 6666), "[fe80::2%lo]:6666"},
		{sockaddr6("fe80::2", gone, 6666), "[fe80::2%1073741824]:6666"},
		{sockaddr6("::", lo, 0), "[::%lo]:0"},
		{&unix.RawSockaddrInet6{}, "invalid AddrPort"},
	} {
		if got := s.find(tt.in).String(); got != tt.want {
			t.Errorf("%+v: %s, want %s", *tt.in, got, tt.want)
		}
	}
}

// TestSendersForget has a device that has got another name.
func TestSendersForget(t *testing.T) {
	var s senders
	now := time.Unix(1e9, 0)
	s.forget(now)
	s.zones[1] = "old"
	from := sockaddr6("fe80::1", 1, 6665)
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{0, "[fe80::1%old]:6665"}, {zonesLast, "[fe80::1%old]:6665"}, {zonesLast + 1, "[fe80::1%lo]:6665"}} {
		s.forget(now.Add(tt.after))
		if got := s.find(from).String(); got != tt.want {
			t.Errorf("after %v: %s, want %s", tt.after, got, tt.want)
		}
	}
}
