package wire_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

// TestQuietNeighbours receives without promiscuous mode, of which the kernel would log.
func TestQuietNeighbours(t *testing.T) {
	ip := frametest.RequireTool(t, "ip")
	p := frametest.NewPair(t)
	promiscuity := func() string {
		var out []byte
		err := p.A.Do(func() (err error) {
			out, err = exec.Command(ip, "-d", "link", "show", "dev", "eth0").Output()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(out), "promiscuity ")
		return strings.Fields(after)[0]
	}
	var r *wire.Receiver
	err := p.A.Do(func() (err error) { r, err = wire.ListenNeighbours("eth0"); return err })
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := promiscuity(); got != "0" {
		t.Errorf("promiscuity %s", got)
	}
	send := func(to frame.MAC, mark byte, size int) {
		payload := make([]byte, size)
		payload[0] = mark
		b, err := frame.Ethernet{Target: to, Source: frametest.MACB, Type: frame.TypeARP, Payload: payload}.Frame()
		if err == nil {
			err = p.B.Do(func() error {
				c, err := wire.Open("eth0", wire.Options{})
				if err == nil {
					err = c.Send(b)
					c.Close()
				}
				return err
			})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	send(frame.Broadcast, 1, 28)
	send(frametest.MACA, 2, 1500)
	var got []byte
	for over := time.Now().Add(10 * time.Second); len(got) < 2; {
		err := r.Read(over, func(_ time.Time, b []byte, _ bool) {
			if len(b) != 14+28 && len(b) != 14+1500 {
				t.Errorf("%d bytes", len(b))
			}
			got = append(got, b[14])
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if string(got) != "\x01\x02" {
		t.Errorf("received %x", got)
	}
}
