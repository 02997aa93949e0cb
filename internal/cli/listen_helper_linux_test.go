package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

// listener is netkmsg listen, running on B of a pair.
type listener struct {
	*command
	p   *frametest.Pair
	out string // path of standard output
}

var addressed = frametest.B(frametest.Device{Addrs: []string{"192.0.2.2/24", "fe80::b/64"}})

// startListener starts the command on B, which has the addresses fe80::b and
// 192.0.2.2, with JSON on standard output, and waits until it receives.
func startListener(t testing.TB, args ...string) *listener {
	t.Helper()
	return startListenerOn(t, frametest.NewPair(t, addressed), args...)
}

func startListenerOn(t testing.TB, p *frametest.Pair, args ...string) *listener {
	t.Helper()
	l := &listener{p: p, out: filepath.Join(t.TempDir(), "out.json")}
	out, err := os.Create(l.out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close() })
	l.command = listening(t, p.B, args...)
	l.Stdout = out
	l.start()
	l.says(`"msg":"listening"`)
	return l
}

// listening prepares netkmsg listen with messages in JSON, and records too if
// there is no other output among args.
func listening(t testing.TB, e *frametest.End, args ...string) *command {
	t.Helper()
	if !strings.Contains(strings.Join(args, " "), "-o ") {
		args = append([]string{"-o", "json"}, args...)
	}
	return prepare(t, e, "netkmsg", append([]string{"listen", "--log-format", "json"}, args...)...)
}

// received is a listener's account.
type received struct {
	Msg                                                                                       string
	Hosts, Datagrams, Records, Missing, Duplicate, Late, Partial, Malformed, Reboots          int
	Overflow, Shed, Carried, Marks, Range, Received, Extra, Basic, Notices, Suppressed, Bytes int
}

func (c *command) receivedAs(msg string) (as []received) {
	for line := range strings.Lines(c.diag.String()) {
		var a received
		if strings.Contains(line, msg) && json.Unmarshal([]byte(line), &a) == nil && a.Msg == msg {
			as = append(as, a)
		}
	}
	return as
}

// soFar asks for the account.
func (c *command) soFar() received {
	c.t.Helper()
	const msg = "account so far"
	before := len(c.receivedAs(msg))
	if err := c.Process.Signal(syscall.SIGUSR1); err != nil {
		c.t.Fatal(err)
	}
	c.saysTimes(`"msg":"`+msg+`"`, before+1)
	as := c.receivedAs(msg)
	return as[len(as)-1]
}

// until waits for an account that fits.
func (c *command) until(what string, fits func(received) bool) received {
	c.t.Helper()
	for over := time.Now().Add(limit); ; time.Sleep(5 * time.Millisecond) {
		a := c.soFar()
		if fits(a) {
			return a
		}
		if time.Now().After(over) {
			c.t.Fatalf("not %s: %+v\n%s", what, a, c.diag)
		}
	}
}

func (c *command) hasDatagrams(n int) received {
	c.t.Helper()
	return c.until("all datagrams", func(a received) bool { return a.Datagrams >= n })
}

// total stops the command and returns the whole account, which must add up.
func (c *command) total() received {
	c.t.Helper()
	c.stop(syscall.SIGTERM)
	c.ends(0)
	a, full := c.receivedAs("account"), c.receivedAs("account in full")
	if len(a) != 1 || len(full) != 1 {
		c.t.Fatalf("no account in\n%s", c.diag)
	}
	sum := full[0]
	sum.Datagrams, sum.Records, sum.Missing, sum.Partial, sum.Late = a[0].Datagrams, a[0].Records, a[0].Missing, a[0].Partial, a[0].Late
	sum.Malformed, sum.Hosts, sum.Reboots, sum.Overflow, sum.Shed = a[0].Malformed, a[0].Hosts, a[0].Reboots, a[0].Overflow, a[0].Shed
	if sum.Datagrams != sum.Carried+sum.Duplicate+sum.Marks || sum.Records != sum.Received+sum.Extra+sum.Basic+sum.Malformed {
		c.t.Errorf("the account does not add up: %+v", sum)
	}
	if strings.Contains(c.diag.String(), "a fault of this program") {
		c.t.Error(c.diag)
	}
	return sum
}

// shown returns what standard output has.
func (l *listener) shown() (records, notices []shown) {
	l.t.Helper()
	b, err := os.ReadFile(l.out)
	if err != nil {
		l.t.Fatal(err)
	}
	return show(l.t, b)
}

// transmit puts frames on A's device, no more than fit the listener's buffer at a
// time, and waits until it has them.
func (l *listener) transmit(frames ...[]byte) {
	l.t.Helper()
	before := l.soFar().Datagrams
	l.pour(frames...)
	l.hasDatagrams(before + len(frames))
}

// pour is transmit that leaves the waiting for the last ones to the caller.
func (l *listener) pour(frames ...[]byte) {
	l.t.Helper()
	atOnce := receiveBuffer(l.t, l.command) / 4096
	c := opened(l.t, l.p.A)
	for len(frames) > 0 {
		n := min(atOnce, len(frames))
		sendFrames(l.t, c, frames[:n])
		frames = frames[n:]
		l.empties()
	}
}

// empties waits until there is nothing in the buffers of the UDP sockets.
func (c *command) empties() {
	c.t.Helper()
	for over := time.Now().Add(limit); ; time.Sleep(200 * time.Microsecond) {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/udp6", c.Process.Pid))
		if err != nil {
			c.t.Fatal(err)
		}
		waiting := false
		for line := range strings.Lines(string(b)) {
			if f := strings.Fields(line); len(f) > 4 && f[0] != "sl" {
				waiting = waiting || !strings.HasSuffix(f[4], ":00000000") // tx_queue:rx_queue
			}
		}
		if !waiting {
			return
		}
		if time.Now().After(over) {
			c.t.Fatalf("not received:\n%s", b)
		}
	}
}

func opened(t testing.TB, e *frametest.End) (c *wire.Conn) {
	t.Helper()
	err := e.Do(func() (err error) { c, err = wire.Open(e.Name(), wire.Options{}); return err })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func sendFrames(t testing.TB, c *wire.Conn, frames [][]byte) {
	t.Helper()
	for len(frames) > 0 {
		n := min(len(frames), wire.BatchMax)
		if _, err := c.SendBatch(frames[:n]); err != nil {
			t.Fatal(err)
		}
		frames = frames[n:]
	}
}

// datagrams makes frames from one sender to port 6666.
func datagrams(t testing.TB, from string, payloads ...string) (frames [][]byte) {
	t.Helper()
	for _, p := range payloads {
		frames = append(frames, datagram(t, from, 6666, p))
	}
	return frames
}

// seqs lists the numbers of records.
func seqs(records []shown) (list []uint64) {
	for _, r := range records {
		if r.Seq != nil {
			list = append(list, *r.Seq)
		}
	}
	return list
}

// pairWithMTU is for frames longer than Ethernet's.
func pairWithMTU(t testing.TB, mtu int) *frametest.Pair {
	t.Helper()
	return frametest.NewPair(t, frametest.A(frametest.Device{MTU: mtu}),
		frametest.B(frametest.Device{MTU: mtu, Addrs: []string{"192.0.2.2/24", "fe80::b/64"}}))
}
