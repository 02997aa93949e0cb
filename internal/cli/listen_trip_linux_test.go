package cli_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"netkmsg/frame/frametest"
)

// tripLength is how many records a round trip has.
func tripLength() int {
	if testing.Short() && os.Getenv("CI") == "" {
		return 5_000
	}
	return 100_000
}

const (
	tripRelease  = "6.12.0-test"
	tripUserdata = "site=here"
)

// TestRoundTrip sends a log over a cable and wants every record, once, in
// order, and as it was to the byte.
func TestRoundTrip(t *testing.T) {
	log := makeLog(t, tripLength())
	trip(t, log, tripUserdata)
}

// TestRoundTripBig has several kilobytes of userdata with every record.
func TestRoundTripBig(t *testing.T) {
	var list []string
	for i := range 30 {
		list = append(list, fmt.Sprintf("key%d=%s", i, strings.Repeat("0123456789", 19)))
	}
	trip(t, makeLog(t, 1000), list...)
}

func trip(t *testing.T, log *biglog, userdata ...string) {
	p := frametest.NewPair(t, addressed)
	l := listening(t, p.B)
	r, w := pipe(t)
	l.Stdout = w
	l.start()
	w.Close()
	l.says(`"msg":"listening"`)
	args := []string{"--from", "-", "--release", tripRelease, "--sysdata", "msgid"}
	appended := ""
	for _, u := range userdata {
		args = append(args, "--userdata", u)
		appended += " " + u + "\n"
	}
	s := netkmsg(t, p.A, append(args, strings.Replace(toB, "+", "+r", 1))...)
	in := s.feed()
	s.start()

	// No more is under way than the receiver's buffer holds.
	frames := func(size int) int { return 1 + (size+len(appended)+100)/900 }
	room := receiveBuffer(t, l) / 2304
	var arrived atomic.Int64
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		defer in.Close()
		under, tail := 0, 0
		for i := range log.records {
			n := frames(len(log.records[i].Raw))
			for under+n > room {
				if tail < int(arrived.Load()) {
					under -= frames(len(log.records[tail].Raw))
					tail++
					continue
				}
				time.Sleep(50 * time.Microsecond)
			}
			under += n
			if _, err := in.Write(log.records[i].Raw); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	over := time.AfterFunc(limit, func() { l.Process.Kill(); s.Process.Kill() })
	defer over.Stop()
	lines := bufio.NewReaderSize(r, 1<<20)
	for i := range log.records {
		b, err := lines.ReadBytes('\n')
		if err != nil {
			t.Fatalf("after %d records: %v\n%s", i, err, l.diag)
		}
		var got shown
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		if got.Notice != "" || *got.Seq != uint64(5000+i) || got.Late || got.Lost > 0 {
			t.Fatalf("%s\nwant record %d", b, 5000+i)
		}
		if !log.compare(t, &got, tripRelease, appended, fmt.Sprintf(" msgid=%d\n", i+1)) {
			t.FailNow()
		}
		arrived.Add(1)
		over.Reset(limit)
	}
	<-fed
	s.ends(0)
	sent := s.account("cmdline0")
	a := l.total()
	if b, err := lines.ReadBytes('\n'); err == nil {
		t.Errorf("one line more: %s", b)
	}
	if n := len(log.records); a.Datagrams != sent.Frames || a.Received != n || a.Range != n || a.Missing+a.Duplicate+a.Overflow+a.Shed > 0 {
		t.Errorf("%d frames sent; %+v", sent.Frames, a)
	}
}

// receiveBuffer returns what the listener says that it was granted, as the
// kernel counts it.
func receiveBuffer(t testing.TB, l *command) int {
	t.Helper()
	for line := range strings.Lines(l.diag.String()) {
		var m struct {
			Msg    string
			Buffer int
		}
		if json.Unmarshal([]byte(line), &m) == nil && m.Msg == "listening" {
			return 2 * m.Buffer
		}
	}
	t.Fatalf("no buffer in\n%s", l.diag)
	return 0
}
