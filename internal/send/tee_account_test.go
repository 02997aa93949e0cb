package send

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

// TestTeeAccount sends what a stalled branch has: what it lost before a record
// and at the end must be in the account.
func TestTeeAccount(t *testing.T) {
	b := newBranch(no)
	b.queue <- item{raw: []byte("6,0,0,-;first\n")}
	b.queue <- item{raw: []byte("6,9,0,-;after a gap\n"), lost: 8}
	b.queue <- item{lost: 2, err: &kmsg.SyntaxError{What: "no"}}
	b.queue <- item{lost: 30, err: io.EOF}
	format, err := kmsg.NewFormatter(kmsg.Format{})
	if err != nil {
		t.Fatal(err)
	}
	template, err := frame.Header{
		Source: frame.Endpoint{Addr: netip.MustParseAddr("fe80::1")},
		Target: frame.Endpoint{Addr: netip.MustParseAddr("fe80::2")},
	}.Template()
	if err != nil {
		t.Fatal(err)
	}
	s := netconsole.Sender{Source: b, Format: format, Template: template, Port: netconsole.Discard{},
		Log: slog.New(slog.DiscardHandler), Account: new(netconsole.Account)}
	if err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	c := s.Account.Counts()
	if c.Read != 43 || c.Sent != 2 || c.Lost != 41 || c.InFlight() != 0 {
		t.Errorf("%+v, want 43 read, 2 sent, 41 lost", c)
	}
}
