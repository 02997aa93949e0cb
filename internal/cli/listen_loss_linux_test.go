package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/internal/cli"
	"netkmsg/internal/send"
)

// TestRoundTripLossy has between the ends what loses, repeats and reorders
// frames. Every record is delivered as it was, or with its holes marked, or told
// as missing in its place; and the account says the same.
func TestRoundTripLossy(t *testing.T) {
	log := makeLog(t, tripLength()/3)
	sent := sentFrames(t, log)
	for _, loss := range []int{1, 10, 50} {
		t.Run(fmt.Sprintf("%d %%", loss), func(t *testing.T) { testLossy(t, log, sent, loss) })
	}
}

const lossyRest = " site=here\n"

// sentFrames returns what netkmsg send makes of a log for B.
func sentFrames(t *testing.T, log *biglog) [][]byte {
	t.Helper()
	dump := filepath.Join(t.TempDir(), "sent.pcap")
	var diag bytes.Buffer
	status := cli.Main(t.Context(), []string{"netkmsg", "send", "--no-wire", "--from", log.file(t), "--no-follow", "--pcap", dump,
		"--source-mac", "02:00:00:00:00:0a", "--userdata", "site=here", "+@fe80::a/eth0,@fe80::b/02:00:00:00:00:0b"},
		send.Streams{Out: io.Discard, Err: &diag})
	if status != 0 {
		t.Fatal(diag.String())
	}
	return frames(t, dump)
}

// relay loses a percentage of frames, repeats 2 % and delays 5 % by up to 20
// places, but not the first and the last ones.
func relay(sent [][]byte, loss int) (out [][]byte) {
	const edge = 20
	r := rand.New(rand.NewPCG(4, uint64(loss)))
	delayed := map[int][][]byte{}
	for i, f := range sent {
		inner := i >= edge && i < len(sent)-2*edge
		out = append(out, delayed[i]...)
		switch k := r.IntN(100); {
		case inner && r.IntN(100) < loss:
		case inner && k < 2:
			out = append(out, f, f)
		case inner && k < 7:
			at := i + 1 + r.IntN(20)
			delayed[at] = append(delayed[at], f)
		default:
			out = append(out, f)
		}
	}
	return out
}

func testLossy(t *testing.T, log *biglog, sent [][]byte, loss int) {
	through := relay(sent, loss)
	l := startListener(t)
	l.transmit(through...)
	a := l.total()
	records, notices := l.shown()

	var o outcomes
	o.seen = make([]int, len(log.records))
	for i := range records {
		o.add(t, log, &records[i])
	}
	for _, n := range notices {
		switch n.Notice {
		case "gap", "partial", "suppressed":
		default:
			t.Errorf("notice %+v", n)
		}
	}
	missing := 0
	for _, n := range o.seen {
		if n == 0 {
			missing++
		}
	}
	t.Logf("%d of %d frames relayed; %d records intact, %d with holes, %d missing, %d late; %+v", len(through), len(sent), o.intact, o.holed, missing, o.late, a)
	n := len(log.records)
	switch {
	case a.Datagrams != len(through) || a.Overflow+a.Shed+a.Reboots+a.Malformed > 0:
		t.Errorf("%d frames relayed; %+v", len(through), a)
	case a.Range != n || a.Missing != missing || a.Received != n-missing:
		t.Errorf("%d records, %d missing; %+v", n, missing, a)
	case a.Records != len(records) || a.Partial != o.holed || a.Late != o.late:
		t.Errorf("%d records shown, %d with holes, %d late; %+v", len(records), o.holed, o.late, a)
	case o.lost != missing+o.lateFirst:
		t.Errorf("%d announced missing in place, want %d and %d that came late after all", o.lost, missing, o.lateFirst)
	}
	if loss == 50 && (o.holed == 0 || o.intact == 0) || missing == 0 && loss > 1 {
		t.Error("the relay did not do its work")
	}
}

// outcomes adds up what became of the records.
type outcomes struct {
	seen          []int // how often each was delivered
	next          uint64
	intact, holed int
	late          int
	lateFirst     int // late ones that had not been delivered in part before
	lost          int // announced with the record behind
}

func (o *outcomes) add(t *testing.T, log *biglog, got *shown) {
	t.Helper()
	seq := *got.Seq
	i := seq - 5000
	if i >= uint64(len(o.seen)) {
		t.Fatalf("record %d was not sent", seq)
	}
	switch {
	case got.Late:
		o.late++
		if o.seen[i] == 0 {
			o.lateFirst++
		}
	case o.next == 0 && got.Lost == 0, got.Lost == seq-o.next && seq >= o.next:
		o.next = seq + 1
	default:
		t.Errorf("record %d with %d lost before it, want %d", seq, got.Lost, o.next)
	}
	o.lost += int(got.Lost)
	if o.seen[i]++; o.seen[i] > 1 && !got.Late {
		t.Errorf("record %d is delivered again", seq)
	}
	if got.Holes == nil {
		o.intact++
		log.compare(t, got, "", lossyRest, "")
		return
	}
	o.holed++
	log.compareHoles(t, got, lossyRest)
}

// TestReplay listens with a capture for an output and wants the same records
// from it. Nothing is lost on the way: how long a gap is waited for depends on
// the clock, which is not the same in a capture.
func TestReplay(t *testing.T) {
	log := makeLog(t, 2000)
	dump := filepath.Join(openDir(t), "got.pcap")
	l := startListener(t, "-o", "json", "-o", "pcap:"+dump)
	l.transmit(relay(sentFrames(t, log), 0)...)
	a := l.total()
	live, _ := l.shown()
	out, diag, status := read("-o", "json", dump)
	if status != 0 {
		t.Fatal(diag)
	}
	again, _ := show(t, out)
	if len(live) != len(again) || a.Records != len(live) {
		t.Fatalf("%d records live, %d from the capture; %+v", len(live), len(again), a)
	}
	for i := range live {
		live[i].Host = strings.TrimSuffix(live[i].Host, "%eth0") // a capture has no zone
		x, _ := json.Marshal(live[i])
		y, _ := json.Marshal(again[i])
		if !bytes.Equal(x, y) {
			t.Fatalf("record %d: live\n%s\nfrom the capture\n%s", i, x, y)
		}
	}
}
