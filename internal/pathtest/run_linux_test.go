package pathtest

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

func TestMain(m *testing.M) { frametest.Main(m) }

// relay is a kernel whose log goes to B, as a netconsole sends it. Of one
// writer it takes 10 records and swallows the others, as /dev/kmsg does.
type relay struct {
	out      *wire.Conn
	template *frame.Template
	taken    int
}

func (r *relay) Write(level int, text string) error {
	if r.taken == 10 {
		return nil
	}
	r.taken++
	f, err := r.template.Append(nil, fmt.Appendf(nil, "%d,%d,1000,-;%s\n", 8|level, 700+r.taken, text))
	if err != nil {
		return err
	}
	return r.out.Send(f)
}

func (r *relay) ReadBack(Nonce) (int, error) { return r.taken, nil }

// answering is a receiver at B.
func answering(t *testing.T, p *frametest.Pair) {
	t.Helper()
	var in net.PacketConn
	if err := p.B.Do(func() (err error) { in, err = net.ListenPacket("udp6", ":6666"); return err }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	go func() {
		a, buf := NewAnswerer(), make([]byte, 2048)
		for {
			n, from, err := in.ReadFrom(buf)
			if err != nil {
				return
			}
			if x, ok := FindTest(buf[:n]); ok {
				answer, _ := a.Receive(time.Now(), from.(*net.UDPAddr).AddrPort().Addr(), x, buf[:n])
				in.WriteTo(answer, from)
			}
		}
	}()
}

// TestKernel goes through a kernel's log, which has only some of the records.
func TestKernel(t *testing.T) {
	p := frametest.NewPair(t, frametest.B(frametest.Device{Addrs: []string{"fe80::b/64"}}))
	answering(t, p)
	target := netconsole.Target{Extended: true, Device: "eth0", LocalPort: 6665, RemotePort: 6666, RemoteMAC: frametest.MACB,
		LocalAddr: netip.MustParseAddr("fe80::a"), RemoteAddr: netip.MustParseAddr("fe80::b")}
	format, err := kmsg.NewFormatter(kmsg.Format{Extended: true})
	if err != nil {
		t.Fatal(err)
	}
	k := new(relay)
	if k.template, err = (frame.Header{
		Source: frame.Endpoint{MAC: frametest.MACA, Addr: target.LocalAddr, Port: 6665},
		Target: frame.Endpoint{MAC: frametest.MACB, Addr: target.RemoteAddr, Port: 6666},
	}).Template(); err != nil {
		t.Fatal(err)
	}
	var r Result
	if err := p.A.Do(func() (err error) {
		if k.out, err = wire.Open("eth0", wire.Options{}); err != nil {
			return err
		}
		defer k.out.Close()
		r, err = Run(context.Background(), Options{Target: target, Count: 12, Interval: MinInterval, Timeout: 300 * time.Millisecond,
			Format: format, Uptime: func() time.Duration { return time.Second }, Log: slog.New(slog.DiscardHandler), Kernel: k, Level: 6})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if r.Arrived != 10 || r.Answered != 10 || r.ReadBack != 10 || r.LostThere != 0 || r.LostBack != 0 || !r.Exact ||
		!strings.Contains(r.Text(), "10 of 12; only 10 of 12 are in the kernel's log") {
		t.Errorf("%+v\n%s", r, r.Text())
	}
}
