package cli_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

const toB = "+@fe80::a/eth0,@fe80::b/"

// write feeds a running command.
func write(t testing.TB, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Error(err)
	}
}

// file makes a file that everybody may read, in a directory that everybody may
// enter.
func file(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(openDir(t), "log")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func openDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "netkmsg")
	if err == nil {
		err = os.Chmod(dir, 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func isLog(p frametest.Packet) bool {
	f, err := p.Frame()
	return err == nil && !p.Unfinished && f.Target.Port == 6666
}

// arrive waits for n datagrams of the log and returns their payloads.
func arrive(t testing.TB, c *frametest.Capture, n int) (payloads []string) {
	t.Helper()
	for range n {
		p, err := c.Wait(limit, isLog)
		if err != nil {
			t.Fatalf("after %d of %d datagrams: %v", len(payloads), n, err)
		}
		f, _ := p.Frame()
		payloads = append(payloads, string(f.Payload))
	}
	return payloads
}

// noMore fails if more datagrams of the log have arrived.
func noMore(t testing.TB, c *frametest.Capture) {
	t.Helper()
	if p, err := c.Wait(0, isLog); err == nil {
		t.Errorf("one more datagram: %v", p)
	}
	if n := c.Drops(); n > 0 {
		t.Errorf("the test's own capture lost %d frames", n)
	}
}

// conserved checks that of the records 0 to n-1 each has arrived, once and in
// order, or been told as lost, but for those after the last that arrived; and
// that the account says so too.
func conserved(t testing.TB, n int, payloads []string, a accounted) {
	t.Helper()
	next, told, arrived := 0, 0, 0
	for _, p := range payloads {
		seq, count := parse(t, p)
		if count > 0 {
			told += count
			continue
		}
		if seq < next {
			t.Fatalf("record %d after %d", seq, next-1)
		}
		next, arrived = seq+1, arrived+1
	}
	if missing := next - arrived; missing != told {
		t.Errorf("%d records missing before the last, %d told as lost", missing, told)
	}
	if a.Read != n || a.Sent != arrived || a.Dropped+a.Lost != n-arrived || a.Frames != len(payloads) {
		t.Errorf("%d records, %d arrived in %d frames; account %+v", n, arrived, len(payloads), a)
	}
}

// parse returns the number of a record, or the count in the mark of a loss.
func parse(t testing.TB, payload string) (seq, lost int) {
	t.Helper()
	if _, s, ok := strings.Cut(payload, "\n NETKMSG_COUNT="); ok {
		return 0, number(t, strings.TrimSpace(s))
	}
	if _, err := fmt.Sscanf(payload, "6,%d,", &seq); err != nil || payload != record(seq) {
		t.Fatalf("payload %q (%v)", payload, err)
	}
	return seq, 0
}

func number(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
