package netconsole

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/kmsg"
)

var (
	errFull = errors.New("full")
	errDown = errors.New("down")
)

// fakeSource delivers prepared records, in bursts that TryNext can take.
type fakeSource struct {
	records []kmsg.Record
	errs    map[int]error // instead of the record with that index
	burst   int           // TryNext says no after so many; 0: never
	i, run  int
}

func (s *fakeSource) Next() (kmsg.Record, error) {
	s.run = 1
	if s.i == len(s.records) {
		return kmsg.Record{}, io.EOF
	}
	s.i++
	return s.records[s.i-1], s.errs[s.i-1]
}

func (s *fakeSource) TryNext() (kmsg.Record, bool, error) {
	if s.i == len(s.records) || s.burst > 0 && s.run == s.burst {
		return kmsg.Record{}, false, nil
	}
	run := s.run + 1
	r, err := s.Next()
	s.run = run
	return r, err == nil, err
}

func (s *fakeSource) Close() error { return nil }

// fakePort takes frames as script says, by the number of the attempt.
type fakePort struct {
	script   func(attempt int) error
	recovers bool
	mac      frame.MAC
	newMAC   map[int]frame.MAC // from that attempt on

	attempts, recoveries int
	sent                 [][]byte
}

func (p *fakePort) Send(fs [][]byte) (int, error) {
	for i, f := range fs {
		p.attempts++
		if p.script != nil {
			if err := p.script(p.attempts); err != nil {
				return i, err
			}
		}
		p.sent = append(p.sent, bytes.Clone(f))
	}
	return len(fs), nil
}

func (p *fakePort) Recover(_ context.Context, err error) bool {
	p.recoveries++
	return p.recovers && errors.Is(err, errDown)
}

func (p *fakePort) MAC() frame.MAC {
	if m, ok := p.newMAC[p.attempts]; ok {
		p.mac = m
	}
	return p.mac
}

func (p *fakePort) Close() error { return nil }

// payloads takes the frames apart, which checks their lengths and checksums.
func (p *fakePort) payloads(t *testing.T) (out []string) {
	t.Helper()
	for i, f := range p.sent {
		x, err := frame.Parse(f)
		if err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		out = append(out, string(x.Payload))
	}
	return out
}

func rec(t testing.TB, format string, args ...any) kmsg.Record {
	t.Helper()
	r, err := kmsg.Parse(fmt.Appendf(nil, format, args...))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func records(t testing.TB, n int) (rs []kmsg.Record) {
	for i := range n {
		rs = append(rs, rec(t, "6,%d,%d,-;record %d\n", i, 1000*i, i))
	}
	return rs
}

func sender(t testing.TB, src kmsg.Source, port Port, f kmsg.Format) *Sender {
	t.Helper()
	formatter, err := kmsg.NewFormatter(f)
	if err != nil {
		t.Fatal(err)
	}
	template, err := frame.Header{
		Source: frame.Endpoint{MAC: frame.MAC{2, 0, 0, 0, 0, 1}, Addr: netip.MustParseAddr("fe80::1"), Port: 6665},
		Target: frame.Endpoint{MAC: frame.Broadcast, Addr: netip.MustParseAddr("fe80::2"), Port: 6666},
	}.Template()
	if err != nil {
		t.Fatal(err)
	}
	return &Sender{Source: src, Format: formatter, Template: template, Port: port,
		Log: slog.New(slog.DiscardHandler), Account: new(Account)}
}

func refuse(err error, attempts ...int) func(int) error {
	return func(n int) error {
		for _, a := range attempts {
			if a == n {
				return err
			}
		}
		return nil
	}
}

func TestSender(t *testing.T) {
	long := func(seq int) kmsg.Record {
		return rec(t, "6,%d,7,-;%s\n", seq, strings.Repeat("x", 1500))
	}
	gap := rec(t, "4,13,5000000,-;after\n")
	gap.Lost = 3
	basic := kmsg.Format{}
	ext := kmsg.Format{Extended: true}
	tests := []struct {
		name    string
		format  kmsg.Format
		records []kmsg.Record
		errs    map[int]error
		burst   int
		port    fakePort
		admit   func(int) bool
		late    func(int) bool
		done    bool // ctx is done from the start
		want    []string
		counts  Counts // without frames and bytes
	}{{
		name:    "a backlog in one batch",
		records: records(t, 3),
		want:    []string{"[    0.000000] record 0\n", "[    0.001000] record 1\n", "[    0.002000] record 2\n"},
		counts:  Counts{Read: 3, Sent: 3},
	}, {
		name:    "live records one by one",
		format:  ext,
		records: records(t, 3),
		burst:   1,
		want:    []string{"6,0,0,-;record 0\n", "6,1,1000,-;record 1\n", "6,2,2000,-;record 2\n"},
		counts:  Counts{Read: 3, Sent: 3},
	}, {
		name:    "the level filter",
		format:  ext,
		records: []kmsg.Record{rec(t, "6,1,1,-;info\n"), rec(t, "3,2,2,-;error\n"), rec(t, "31,3,3,-;debug of a daemon\n")},
		admit:   func(level int) bool { return level < 4 },
		want:    []string{"3,2,2,-;error\n"},
		counts:  Counts{Read: 3, Sent: 1, Filtered: 2},
	}, {
		name:    "what is late, extended: told before the next record, or when nothing more is at hand",
		format:  ext,
		records: []kmsg.Record{rec(t, "6,1,1,-;a\n"), rec(t, "6,2,2,-;b\n"), rec(t, "3,3,3,-;error\n"), rec(t, "6,4,4,-;c\n"), rec(t, "6,5,5,-;d\n")},
		late:    func(level int) bool { return level >= 4 },
		want: []string{
			"44,2,3,-;netkmsg: 2 records lost: 1-2 (suppressed, they would have left too late)\n NETKMSG_LOST=1-2\n NETKMSG_COUNT=2\n",
			"3,3,3,-;error\n",
			"44,5,5,-;netkmsg: 2 records lost: 4-5 (suppressed, they would have left too late)\n NETKMSG_LOST=4-5\n NETKMSG_COUNT=2\n"},
		counts: Counts{Read: 5, Sent: 1, Suppressed: 4},
	}, {
		name:    "what is late, basic: told with the next record",
		format:  basic,
		records: []kmsg.Record{rec(t, "6,1,1,-;a\n"), rec(t, "3,3,3000000,-;error\n"), rec(t, "6,4,4,-;c\n")},
		late:    func(level int) bool { return level >= 4 },
		want:    []string{"** 1 printk messages dropped **\n[    3.000000] error\n"},
		counts:  Counts{Read: 3, Sent: 1, Suppressed: 2},
	}, {
		name:    "an overrun, extended",
		format:  ext,
		records: []kmsg.Record{gap},
		want: []string{
			"44,12,5000000,-;netkmsg: 3 records lost: 10-12 (overwritten before they could be read)\n NETKMSG_LOST=10-12\n NETKMSG_COUNT=3\n",
			"4,13,5000000,-;after\n"},
		counts: Counts{Read: 4, Sent: 1, Lost: 3},
	}, {
		name:    "an overrun, basic",
		format:  basic,
		records: []kmsg.Record{gap},
		want:    []string{"** 3 printk messages dropped **\n[    5.000000] after\n"},
		counts:  Counts{Read: 4, Sent: 1, Lost: 3},
	}, {
		name:    "a malformed record",
		format:  ext,
		records: records(t, 3),
		errs:    map[int]error{1: &kmsg.InputError{Name: "f", Line: 2, Err: &kmsg.SyntaxError{What: "no"}}},
		want:    []string{"6,0,0,-;record 0\n", "6,2,2000,-;record 2\n"},
		counts:  Counts{Read: 3, Sent: 2, Lost: 1},
	}, {
		name:    "a full device drops one record, which the next one tells",
		format:  ext,
		records: records(t, 3),
		burst:   1,
		port:    fakePort{script: refuse(errFull, 2)},
		want: []string{"6,0,0,-;record 0\n",
			"44,1,2000,-;netkmsg: 1 record lost: 1 (refused by the device)\n NETKMSG_LOST=1\n NETKMSG_COUNT=1\n",
			"6,2,2000,-;record 2\n"},
		counts: Counts{Read: 3, Sent: 2, Dropped: 1},
	}, {
		name:    "in the basic format the next packet tells it",
		records: records(t, 3),
		burst:   1,
		port:    fakePort{script: refuse(errFull, 2)},
		want:    []string{"[    0.000000] record 0\n", "** 1 printk messages dropped **\n[    0.002000] record 2\n"},
		counts:  Counts{Read: 3, Sent: 2, Dropped: 1},
	}, {
		name:    "a packet that carried a mark was dropped: the next one tells both",
		records: records(t, 4),
		burst:   1,
		port:    fakePort{script: refuse(errFull, 2, 3)},
		want:    []string{"[    0.000000] record 0\n", "** 2 printk messages dropped **\n[    0.003000] record 3\n"},
		counts:  Counts{Read: 4, Sent: 2, Dropped: 2},
	}, {
		name:    "a refused mark is told again",
		format:  ext,
		records: records(t, 4),
		burst:   1,
		port:    fakePort{script: refuse(errFull, 2, 3)},
		want: []string{"6,0,0,-;record 0\n", "6,2,2000,-;record 2\n",
			"44,1,3000,-;netkmsg: 1 record lost: 1 (refused by the device)\n NETKMSG_LOST=1\n NETKMSG_COUNT=1\n",
			"6,3,3000,-;record 3\n"},
		counts: Counts{Read: 4, Sent: 3, Dropped: 1},
	}, {
		name:    "a lost fragment drops its record, once",
		format:  ext,
		records: []kmsg.Record{long(1)},
		port:    fakePort{script: refuse(errFull, 1)},
		want:    []string{"6,1,7,-,ncfrag=978/1501;" + strings.Repeat("x", 522) + "\n"},
		counts:  Counts{Read: 1, Dropped: 1},
	}, {
		name:    "the device goes and comes back: nothing is lost",
		format:  ext,
		records: records(t, 3),
		port:    fakePort{script: refuse(errDown, 2, 3), recovers: true},
		want:    []string{"6,0,0,-;record 0\n", "6,1,1000,-;record 1\n", "6,2,2000,-;record 2\n"},
		counts:  Counts{Read: 3, Sent: 3},
	}, {
		name:    "the device is gone when we are told to stop",
		format:  ext,
		records: records(t, 3),
		port:    fakePort{script: func(int) error { return errDown }, recovers: true},
		done:    true,
		counts:  Counts{Read: 3, Dropped: 3},
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if tt.done {
				cancel()
			}
			s := sender(t, &fakeSource{records: tt.records, errs: tt.errs, burst: tt.burst}, &tt.port, tt.format)
			s.Admit, s.Late = tt.admit, tt.late
			if err := s.Run(ctx); err != nil {
				t.Fatal(err)
			}
			got := tt.port.payloads(t)
			if strings.Join(got, "|") != strings.Join(tt.want, "|") {
				t.Errorf("sent\n%q, want\n%q", got, tt.want)
			}
			c := s.Account.Counts()
			if c.Frames != uint64(len(got)) {
				t.Errorf("counted %d frames of %d", c.Frames, len(got))
			}
			c.Frames, c.Bytes = 0, 0
			if c != tt.counts {
				t.Errorf("account %+v, want %+v", c, tt.counts)
			}
		})
	}
}

func TestSenderReadError(t *testing.T) {
	boom := errors.New("boom")
	port := &fakePort{}
	s := sender(t, &fakeSource{records: records(t, 2), errs: map[int]error{1: boom}}, port, kmsg.Format{})
	if err := s.Run(context.Background()); !errors.Is(err, boom) {
		t.Errorf("Run = %v, want the source's error", err)
	}
	if len(port.sent) != 1 {
		t.Errorf("%d frames sent, want what was read before the error", len(port.sent))
	}
}

// TestSenderFollowsMAC changes the device's address between two frames.
func TestSenderFollowsMAC(t *testing.T) {
	first, second := frame.MAC{2, 1}, frame.MAC{2, 2}
	port := &fakePort{mac: first, newMAC: map[int]frame.MAC{1: second}}
	if err := sender(t, &fakeSource{records: records(t, 3), burst: 1}, port, kmsg.Format{}).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	for i, want := range []frame.MAC{first, second, second} {
		x, err := frame.Parse(port.sent[i])
		if err != nil {
			t.Fatal(err)
		}
		if x.Source.MAC != want {
			t.Errorf("frame %d from %v, want %v", i, x.Source.MAC, want)
		}
	}
}

// TestSenderAccount refuses frames at random: every record must be sent or
// dropped, and all that was not sent must have been told in the stream, but
// for what nothing followed.
func TestSenderAccount(t *testing.T) {
	for seed := range uint64(50) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var rs []kmsg.Record
		seq := 0
		for range 300 {
			lost := rnd.IntN(20) / 19 * rnd.IntN(5)
			seq += 1 + lost
			r := rec(t, "6,%d,%d,-;%s\n", seq, seq, strings.Repeat("y", rnd.IntN(2000)))
			r.Lost = uint64(lost)
			rs = append(rs, r)
		}
		port := &fakePort{recovers: true, script: func(int) error {
			return []error{nil, nil, nil, nil, nil, nil, errFull, errDown}[rnd.IntN(8)]
		}}
		s := sender(t, &fakeSource{records: rs, burst: 1 + rnd.IntN(200)}, port, kmsg.Format{Extended: true})
		if err := s.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		c := s.Account.Counts()
		if c.InFlight() != 0 || c.Read != uint64(seq) {
			t.Fatalf("seed %d: %+v does not add up to %d", seed, c, seq)
		}
		told := s.loss.Count
		for _, p := range port.payloads(t) {
			if _, n, ok := strings.Cut(p, "\n NETKMSG_COUNT="); ok {
				k, err := strconv.ParseUint(strings.TrimSpace(n), 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				told += k
			}
		}
		if told != c.Dropped+c.Lost {
			t.Fatalf("seed %d: %d records told as missing, %d are", seed, told, c.Dropped+c.Lost)
		}
	}
}

func TestSenderAllocs(t *testing.T) {
	rs := records(t, 1)
	for i := range 300 {
		rs = append(rs, rec(t, "6,%d,5,-;%s\n", i+1, strings.Repeat("z", 3*i)))
	}
	src := &fakeSource{records: rs}
	s := sender(t, src, Discard{}, kmsg.Format{Extended: true, MsgID: true})
	run := func() {
		src.i = 0
		if err := s.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	run()                                          // makes the buffers
	if n := testing.AllocsPerRun(10, run); n > 1 { // Run itself makes one
		t.Errorf("%v allocations for %d records, want none for a record", n, len(rs))
	}
}

// notes is a cursor that keeps what it was told.
type notes []uint64

func (n *notes) Sending(doubt uint64) { *n = append(*n, doubt) }
func (n *notes) Settled(next uint64)  { *n = append(*n, next) }

// TestSenderTurn has a longer source before the one with the cursor, which
// hears of its own numbers only. A loss at the end of the first is told in
// front of the second.
func TestSenderTurn(t *testing.T) {
	port := &fakePort{script: refuse(errFull, 4)}
	s := sender(t, &fakeSource{records: records(t, 5)}, port, kmsg.Format{})
	if err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	var n notes
	s.Turn(&fakeSource{records: records(t, 2)}, &n)
	if err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(n); got != "[2 2 2 2]" {
		t.Errorf("the cursor was told %s", got)
	}
	ps := port.payloads(t)
	if len(ps) != 6 || !strings.HasPrefix(ps[4], "** 1 printk messages dropped **") {
		t.Errorf("%q", ps)
	}
	if c := s.Account.Counts(); c.Read != 7 || c.Sent != 6 || c.Dropped != 1 {
		t.Errorf("%+v", c)
	}
}
