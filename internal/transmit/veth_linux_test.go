package transmit_test

import (
	"context"
	"testing"
	"time"

	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
	"netkmsg/internal/craft"
	"netkmsg/internal/transmit"
)

func TestMain(m *testing.M) { frametest.Main(m) }

// TestDevice sends sweeps over a cable: every frame arrives, once, with the
// bytes of its number, whatever the pace and the number of workers.
func TestDevice(t *testing.T) {
	for _, c := range []struct {
		name    string
		rate    transmit.Rate
		workers int
	}{
		{"max", transmit.Rate{}, 1},
		{"max, two workers", transmit.Rate{}, 2},
		{"paced", transmit.Rate{Frames: 5000}, 1},
		{"paced by bits, two workers", transmit.Rate{Bits: 8e6}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := frametest.NewPair(t)
			to := p.B.Capture(t)
			r := craft.Default()
			for _, f := range [][2]string{{"dport", "1000-1199"}, {"payload-size", "64"}, {"src-ip", "fe80::a"}, {"dst-ip", "fe80::b"}} {
				if err := r.Set(f[0], f[1]); err != nil {
					t.Fatal(err)
				}
			}
			seq, err := r.Sequence(craft.Host{})
			if err != nil {
				t.Fatal(err)
			}
			var got transmit.Counts
			err = p.A.Do(func() error {
				got, err = transmit.Run(context.Background(), seq, transmit.Options{Rate: c.rate, Workers: c.workers,
					Open: func() (transmit.Port, error) { return wire.Open(p.A.Name(), wire.Options{}) }})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if got.Accepted != 200 || got.Offered != 200 {
				t.Fatalf("%+v", got)
			}
			for i := range uint64(200) {
				f, err := seq.Frame(i, nil)
				if err != nil {
					t.Fatal(err)
				}
				to.Expect(5*time.Second, f)
			}
		})
	}
}

// TestMTU counts what is too long for the device, and sends the rest.
func TestMTU(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{MTU: 1400}))
	r := craft.Default()
	if err := r.Set("payload-size", "1300-1399"); err != nil {
		t.Fatal(err)
	}
	seq, err := r.Sequence(craft.Host{})
	if err != nil {
		t.Fatal(err)
	}
	var got transmit.Counts
	err = p.A.Do(func() error {
		got, err = transmit.Run(context.Background(), seq, transmit.Options{Open: func() (transmit.Port, error) { return wire.Open(p.A.Name(), wire.Options{}) }})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// 1352 bytes of payload, 8 of UDP and 40 of IPv6 are the longest packet.
	if got.Accepted != 53 || len(got.Refused) != 1 || got.Refused[0].Reason != transmit.TooLong || got.Refused[0].Count != 47 || got.Refused[0].Frame != 53 {
		t.Errorf("%+v", got)
	}
}
