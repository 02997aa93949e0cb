package frametest_test

import (
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

// Wake is what the example tests: another project's function that wakes a computer through a device, with a frame of its
// MAC address sixteen times over.
func Wake(device string, mac frame.MAC) error {
	ifi, err := net.InterfaceByName(device)
	if err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Sendto(fd, magic(frame.MAC(ifi.HardwareAddr), mac), 0, &unix.SockaddrLinklayer{Ifindex: ifi.Index})
}

func magic(source, target frame.MAC) []byte {
	f := append(frame.Broadcast[:], source[:]...)
	f = append(f, 0x08, 0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	for range 16 {
		f = append(f, target[:]...)
	}
	return f
}

// A test of a function that sends a frame of its own making. TestMain of its package calls frametest.Main.
func Example() {
	// func TestWake(t *testing.T)
	testWake := func(t testing.TB) {
		p := frametest.NewPair(t, frametest.A(frametest.Device{Name: "lan0"}))
		c := p.B.Capture(t)
		target := frame.MAC{0x02, 0x12, 0x34, 0x56, 0x78, 0x9a}
		if err := p.A.Do(func() error { return Wake("lan0", target) }); err != nil {
			t.Fatal(err)
		}
		c.Expect(time.Second, magic(p.A.MAC(), target))
	}
	run(testWake) // as go test does
}
