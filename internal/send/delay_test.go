package send

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

// growing is a log on a clock of its own: record i is there from at[i] on.
type growing struct {
	now   *time.Time
	at    []time.Time
	level []int
	i     int
}

func (g *growing) TryNext() (kmsg.Record, bool, error) {
	if g.i == len(g.at) || g.now.Before(g.at[g.i]) {
		return kmsg.Record{}, false, nil
	}
	r, err := kmsg.Parse(fmt.Appendf(nil, "%d,%d,%d,-;x\n", g.level[g.i], g.i, g.i))
	g.i++
	return r, err == nil, err
}

func (g *growing) Next() (kmsg.Record, error) {
	if g.i == len(g.at) {
		return kmsg.Record{}, io.EOF
	}
	if g.now.Before(g.at[g.i]) {
		*g.now = g.at[g.i]
	}
	r, _, err := g.TryNext()
	return r, err
}

func (g *growing) Close() error { return nil }

// TestDelay has a storm of 3,000 records in three seconds, every hundredth an
// error, go through a rate of 100 frames a second, and then a calm.
func TestDelay(t *testing.T) {
	for _, limit := range []time.Duration{500 * time.Millisecond, 2 * time.Second} {
		start := time.Unix(1e9, 0)
		now := start
		g := &growing{now: &now}
		errors := 0
		for i := range 3100 {
			at, level := start.Add(time.Duration(i)*time.Millisecond), 6
			if i >= 3000 {
				at = start.Add(time.Minute + time.Duration(i)*50*time.Millisecond)
			}
			if i%100 == 50 {
				level = 3
				errors++
			}
			g.at, g.level = append(g.at, at), append(g.level, level)
		}
		b, err := parseRate("100/s")
		if err != nil {
			t.Fatal(err)
		}
		d := &delay{limit: limit, severe: 4, now: func() time.Time { return now }}
		format, err := kmsg.NewFormatter(kmsg.Format{Extended: true})
		if err != nil {
			t.Fatal(err)
		}
		template, err := frame.Header{
			Source: frame.Endpoint{Addr: netip.MustParseAddr("fe80::1"), Port: 6665},
			Target: frame.Endpoint{Addr: netip.MustParseAddr("fe80::2"), Port: 6666},
		}.Template()
		if err != nil {
			t.Fatal(err)
		}
		var account netconsole.Account
		var severe, late, calm, told int
		s := netconsole.Sender{
			Source: &watched{g, d}, Format: format, Template: template, Log: slog.New(slog.DiscardHandler), Account: &account,
			Port:  &paced{Port: netconsole.Discard{}, bucket: b, now: d.now, sleep: func(x time.Duration) { now = now.Add(x) }},
			Batch: b.burst(), Late: d.late,
			Capture: func(usec uint64, f []byte) {
				switch x, _ := frame.Parse(f); { // what was built parses
				case strings.HasPrefix(string(x.Payload), "44,"):
					told++
					return
				case x.Payload[0] == '3':
					severe++
				case usec >= 3000:
					calm++
				}
				if waited := now.Sub(g.at[usec]); waited > limit+time.Second/2 { // the batch, and what was in the bucket
					late++
				}
			},
		}
		if err := s.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		c := account.Counts()
		if c.InFlight() != 0 || c.Read != 3100 || c.Suppressed < 2000 || c.Sent < 300 || c.Complete() {
			t.Errorf("%v: %+v", limit, c)
		}
		if severe != errors || late > 0 || calm != 99 || told == 0 {
			t.Errorf("%v: %d errors of %d, %d records late, %d of the calm's, %d marks", limit, severe, errors, late, calm, told)
		}
	}
}
