package wire_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

// both runs a test with and without the qdisc.
func both(t *testing.T, test func(*testing.T, wire.Options)) {
	t.Run("bypass", func(t *testing.T) { test(t, wire.Options{}) })
	t.Run("qdisc", func(t *testing.T) { test(t, wire.Options{Qdisc: true}) })
}

func TestSend(t *testing.T) {
	both(t, func(t *testing.T, o wire.Options) {
		p := frametest.NewPair(t)
		c, capture := open(t, p.A, o), p.B.Capture(t)
		for n, size := range []int{62, 63, 150, 1000, 1514} {
			f := sized(n, size)
			if err := c.Send(f); err != nil {
				t.Fatal(err)
			}
			capture.Expect(limit, f)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if err := c.Send(sample(0)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("send on a closed socket: %v", err)
		}
	})
}

func TestSendVLAN(t *testing.T) {
	p := frametest.NewPair(t)
	c, capture := open(t, p.A, wire.Options{}), p.B.Capture(t)
	h := frame.Header{
		Source: frame.Endpoint{MAC: frametest.MACA, Addr: frametest.MACA.LinkLocal()},
		Target: frame.Endpoint{MAC: frame.Broadcast, Addr: frametest.MACB.LinkLocal()},
		VLANs:  []frame.VLAN{{TPID: frame.TPIDService, ID: 7}, {ID: 9, Priority: 5}},
	}
	for range 3 {
		tmpl, err := h.Template()
		if err != nil {
			t.Fatal(err)
		}
		f, err := tmpl.Append(nil, []byte("tagged"))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Send(f); err != nil {
			t.Fatal(err)
		}
		capture.Expect(limit, f)
		h.VLANs = h.VLANs[:max(0, len(h.VLANs)-1)]
	}
}

// TestRefused shows the error for each state of a real device, and that the Conn works again when the cause is gone.
func TestRefused(t *testing.T) {
	tests := []struct {
		name       string
		provoke    func(*frametest.Pair)
		mend       func(*frametest.Pair)
		frame      []byte
		errno      syscall.Errno
		text       string
		down, full bool
	}{{
		name:    "down",
		provoke: func(p *frametest.Pair) { p.A.SetDown() },
		mend:    func(p *frametest.Pair) { p.A.SetUp() },
		frame:   sample(1), errno: unix.ENETDOWN, down: true,
		text: "send on eth0: frame of 150 bytes: network is down (bring it up: ip link set dev eth0 up)",
	}, {
		name:    "no carrier",
		provoke: func(p *frametest.Pair) { p.B.SetDown() },
		mend:    func(p *frametest.Pair) { p.B.SetUp() },
		frame:   sample(1), errno: unix.ENOBUFS, full: true,
		text: "send on eth0: frame of 150 bytes: no buffer space available (the device has no carrier or takes nothing more)",
	}, {
		name:    "too long",
		provoke: func(p *frametest.Pair) { p.A.SetMTU(120) },
		mend:    func(p *frametest.Pair) { p.A.SetMTU(1500) },
		frame:   sample(1), errno: unix.EMSGSIZE,
		text: "send on eth0: frame of 150 bytes: message too long (an mtu of 120 allows 134 bytes; raise it: ip link set dev eth0 mtu 136)",
	}, {
		name:    "too short",
		provoke: func(*frametest.Pair) {}, mend: func(*frametest.Pair) {},
		frame: sample(1)[:13], errno: unix.EINVAL,
		text: "send on eth0: frame of 13 bytes: invalid argument (an Ethernet frame has 14 bytes or more)",
	}, {
		name:    "empty",
		provoke: func(*frametest.Pair) {}, mend: func(*frametest.Pair) {},
		errno: unix.EINVAL,
		text:  "send on eth0: invalid argument (an Ethernet frame has 14 bytes or more)",
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			both(t, func(t *testing.T, o wire.Options) {
				p := frametest.NewPair(t)
				c, capture := open(t, p.A, o), p.B.Capture(t)
				tt.provoke(p)
				sent, batchErr := c.SendBatch([][]byte{tt.frame, sample(2)})
				if sent != 0 {
					t.Errorf("%d frames of a batch sent", sent)
				}
				for _, err := range []error{batchErr, c.Send(tt.frame), c.Send(tt.frame)} {
					var e *wire.Error
					if !errors.As(err, &e) || e.Err != tt.errno || e.FrameLen != len(tt.frame) || e.Device != "eth0" {
						t.Fatalf("got %#v", err)
					}
					if err.Error() != tt.text {
						t.Errorf("got  %s\nwant %s", err, tt.text)
					}
					if wire.Down(err) != tt.down || wire.Full(err) != tt.full || wire.Gone(err) {
						t.Errorf("down %v, full %v, gone %v", wire.Down(err), wire.Full(err), wire.Gone(err))
					}
				}
				tt.mend(p)
				if err := c.Send(sample(2)); err != nil {
					t.Fatalf("afterwards: %v", err)
				}
				capture.Expect(limit, sample(2))
			})
		})
	}
}

// TestFlap sends nothing while the device is down; the socket has its ENETDOWN pending all the same.
func TestFlap(t *testing.T) {
	p := frametest.NewPair(t)
	c, capture := open(t, p.A, wire.Options{}), p.B.Capture(t)
	for n := range 5 {
		p.A.SetDown()
		p.A.SetUp()
		if n%2 == 0 {
			if err := c.Send(sample(n)); err != nil {
				t.Fatal(err)
			}
		} else if sent, err := c.SendBatch([][]byte{sample(n)}); sent != 1 || err != nil {
			t.Fatal(sent, err)
		}
		capture.Expect(limit, sample(n))
	}
}

func TestDeleted(t *testing.T) {
	both(t, func(t *testing.T, o wire.Options) {
		p := frametest.NewPair(t)
		c := open(t, p.A, o)
		p.A.Delete()
		p.Connect() // a new device of that name is not the old one
		for range 3 {
			if err := c.Send(sample(1)); !wire.Gone(err) {
				t.Errorf("send: %v", err)
			}
			if n, err := c.SendBatch(samples(3)); n != 0 || !wire.Gone(err) {
				t.Errorf("batch: %d, %v", n, err)
			}
			if _, err := c.MAC(); !wire.Gone(err) {
				t.Errorf("MAC: %v", err)
			}
			if _, err := c.MTU(); !wire.Gone(err) {
				t.Errorf("MTU: %v", err)
			}
		}
		c, capture := open(t, p.A, o), p.B.Capture(t)
		if err := c.Send(sample(1)); err != nil {
			t.Fatal(err)
		}
		capture.Expect(limit, sample(1))
	})
}

func TestBatch(t *testing.T) {
	for _, n := range []int{0, 1, 2, wire.BatchMax - 1, wire.BatchMax, wire.BatchMax + 1, 3*wire.BatchMax + 7} {
		p := frametest.NewPair(t)
		c, capture := open(t, p.A, wire.Options{}), p.B.Capture(t)
		fs := samples(n)
		if sent, err := c.SendBatch(fs); sent != n || err != nil {
			t.Fatalf("%d of %d sent: %v", sent, n, err)
		}
		if n > 0 {
			capture.Expect(limit, fs[n-1])
		}
		if got := arrived(capture, fs); !slices.Equal(got, order(n)) {
			t.Errorf("of %d arrived %v", n, got)
		}
	}
}

// TestBatchPart has a frame in the middle that is too long.
func TestBatchPart(t *testing.T) {
	for _, bad := range []int{0, 1, wire.BatchMax - 1, wire.BatchMax, 100, 149} {
		p := frametest.NewPair(t)
		c, capture := open(t, p.A, wire.Options{}), p.B.Capture(t)
		fs := samples(150)
		fs[bad] = sized(bad, 1600)
		sent, err := c.SendBatch(fs)
		var e *wire.Error
		if sent != bad || !errors.As(err, &e) || e.Err != unix.EMSGSIZE || e.FrameLen != 1600 || e.MTU != 1500 {
			t.Fatalf("bad frame %d: %d sent, %v", bad, sent, err)
		}
		rest := fs[sent+1:]
		if sent, err = c.SendBatch(rest); sent != len(rest) || err != nil {
			t.Fatalf("after bad frame %d: %d sent, %v", bad, sent, err)
		}
		if err := c.Send(sample(1000)); err != nil {
			t.Fatal(err)
		}
		capture.Expect(limit, sample(1000))
		want := slices.Delete(order(150), bad, bad+1)
		if got := arrived(capture, fs); !slices.Equal(got, want) {
			t.Errorf("with bad frame %d arrived %v", bad, got)
		}
	}
}

// TestPatience fills a slow qdisc, which refuses what goes beyond two frames with ENOBUFS.
func TestPatience(t *testing.T) {
	tc := frametest.RequireTool(t, "tc")
	shape := func(t *testing.T, rate string) *wire.Conn {
		p := frametest.NewPair(t)
		out, err := p.A.Command(tc, strings.Fields("qdisc add dev eth0 root tbf rate "+rate+" burst 1600 limit 3200")...).
			CombinedOutput()
		if err != nil {
			t.Fatalf("tc: %v: %s", err, out)
		}
		return open(t, p.A, wire.Options{Qdisc: true})
	}
	t.Run("rewarded", func(t *testing.T) {
		c := shape(t, "16mbit") // 0.7 ms a frame
		for n := range 30 {
			if err := c.Send(sized(n, 1400)); err != nil {
				t.Fatalf("frame %d: %v", n, err)
			}
		}
		fs := make([][]byte, 30)
		for n := range fs {
			fs[n] = sized(n, 1400)
		}
		if sent, err := c.SendBatch(fs); sent != len(fs) || err != nil {
			t.Fatalf("batch: %d sent, %v", sent, err)
		}
	})
	t.Run("in vain", func(t *testing.T) {
		c := shape(t, "8kbit") // 1.4 s a frame
		sent := 0
		var err error
		for ; err == nil && sent < 10; sent++ {
			err = c.Send(sized(sent, 1400))
		}
		if sent != 4 || !wire.Full(err) {
			t.Errorf("frame %d: %v", sent, err)
		}
		if sent, err := c.SendBatch(samples(1)); sent != 1 && !wire.Full(err) {
			t.Errorf("batch: %d sent, %v", sent, err)
		}
	})
}
