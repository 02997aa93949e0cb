package output

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"netkmsg/kmsg"
)

var quick = linkPace{time.Millisecond, 5 * time.Millisecond, 0}

func numbered(seq int) *kmsg.Message {
	m := textFrom("10.0.0.5:6665", fmt.Sprint("text ", seq))
	m.Flag, m.Seq, m.Time = '-', uint64(seq), syslogAt
	return m
}

func numberedLine(seq int) string {
	return fmt.Sprintf(`<0>1 2026-11-23T10:11:12.123456Z 10.0.0.5 kernel - record [netkmsg@32473 host="10.0.0.5:6665" seq="%d" usec="0" flag="-"] text %d`, seq, seq)
}

func newSyslog(t *testing.T, o SyslogOptions) *Syslog {
	t.Helper()
	s, err := NewSyslog(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// octetCounted reads one message of RFC 6587 section 3.4.1, strictly.
func octetCounted(r *bufio.Reader) (string, error) {
	count, err := r.ReadString(' ')
	if err != nil {
		return "", err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(count, " "))
	if err != nil || strconv.Itoa(n)+" " != count || n == 0 {
		return "", fmt.Errorf("MSG-LEN %q", count)
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r, b)
	return string(b), err
}

func listenTCP(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func accept(t *testing.T, l net.Listener) net.Conn {
	t.Helper()
	if d, ok := l.(*net.TCPListener); ok {
		d.SetDeadline(time.Now().Add(20 * time.Second))
	}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	return c
}

func wantStream(t *testing.T, r *bufio.Reader, lines ...string) {
	t.Helper()
	for _, want := range lines {
		if got, err := octetCounted(r); err != nil || got != want {
			t.Fatalf("%v\n got %q\nwant %q", err, got, want)
		}
	}
}

func TestSyslogUDP(t *testing.T) {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	s := newSyslog(t, SyslogOptions{Address: server.LocalAddr().String()})
	s.Message(numbered(1))
	s.Notice(&kmsg.Notice{Kind: kmsg.NoticeSuppressed, First: 1, Count: 7})
	s.Message(numbered(2))
	long := numbered(3)
	long.Text = []byte(strings.Repeat("x", 5000))
	s.Message(long)
	closeOutput(t, s)
	server.SetReadDeadline(time.Now().Add(20 * time.Second))
	buf := make([]byte, 1<<16)
	var got []string
	for range 4 {
		n, _, err := server.ReadFrom(buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(buf[:n]))
	}
	want := []string{numberedLine(1), `<45>1 - - netkmsg - suppressed [netkmsg@32473 count="7"] -- 7 notices suppressed --`, numberedLine(2)}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("\n got %q\nwant %q", got[i], want[i])
		}
	}
	if len(got[3]) > 2048 || !strings.HasSuffix(got[3], " bytes cut --]") {
		t.Errorf("%d bytes: %q", len(got[3]), got[3])
	}
}

// A server that is away for a while: told once, what comes is queued.
func TestSyslogReconnect(t *testing.T) {
	l := listenTCP(t, "127.0.0.1:0")
	var r told
	s := newSyslog(t, SyslogOptions{Address: "tcp://" + l.Addr().String(), Report: r.add, pace: quick})
	s.Message(numbered(1))
	s.Flush()
	c := accept(t, l)
	wantStream(t, bufio.NewReader(c), numberedLine(1))
	l.Close()
	c.Close()
	s.link.mu.Lock()
	old := s.link.conn
	s.link.mu.Unlock()
	eventually(t, "the end of the connection to be seen", func() bool {
		return errors.Is(old.SetDeadline(time.Time{}), net.ErrClosed)
	})
	s.Message(numbered(2))
	s.Flush()
	eventually(t, "the fault to be told", func() bool { return len(r.all()) > 0 })
	s.Message(numbered(3))
	s.Flush()
	again := listenTCP(t, l.Addr().String())
	c = accept(t, again)
	in := bufio.NewReader(c)
	wantStream(t, in, numberedLine(2))
	wantStream(t, in, numberedLine(3))
	closeOutput(t, s)
	if _, err := octetCounted(in); err != io.EOF {
		t.Errorf("after the end: %v", err)
	}
	got := r.all()
	if len(got) != 2 || !strings.Contains(got[0], "closed the connection") || !strings.HasSuffix(got[1], ": working again") {
		t.Errorf("told %q", got)
	}
	if s.Shed() != 0 {
		t.Errorf("%d shed", s.Shed())
	}
}

// A server that takes nothing: the receiver does not wait, and what it sheds is
// counted and announced in its place.
func TestSyslogStalled(t *testing.T) {
	l := listenTCP(t, "127.0.0.1:0")
	s := newSyslog(t, SyslogOptions{Address: "tcp://" + l.Addr().String(), limit: 100_000})
	c := accept2(t, l, s)
	const all = 100_000
	for i := range all {
		s.Message(numbered(i + 1))
	}
	s.Flush()
	shed := s.Shed()
	closed := make(chan error)
	go func() { closed <- s.Close(20 * time.Second) }()
	var got, announced uint64
	for in := bufio.NewReader(c); ; {
		line, err := octetCounted(in)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		p, err := parseSyslog(line)
		if err != nil {
			t.Fatal(err)
		}
		if p.id == "shed" {
			n, _ := strconv.ParseUint(p.data["netkmsg@32473"][0][1], 10, 64)
			announced += n
		} else {
			got++
		}
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if shed == 0 || announced != shed || got+shed != all+1 {
		t.Errorf("%d sent, %d shed, %d announced of %d", got, shed, announced, all+1)
	}
}

// accept2 has the connection made by a first message.
func accept2(t *testing.T, l net.Listener, s *Syslog) net.Conn {
	t.Helper()
	s.Message(numbered(0))
	s.Flush()
	return accept(t, l)
}

// Without a server, and with one that hangs, Close keeps its limit, says what is
// lost, and leaves nothing behind.
func TestSyslogCloseStuck(t *testing.T) {
	l := listenTCP(t, "127.0.0.1:0")
	for _, taken := range []bool{true, false} {
		if !taken {
			l.Close()
		}
		s := newSyslog(t, SyslogOptions{Address: "tcp://" + l.Addr().String(), pace: quick})
		for i := range 100_000 {
			s.Message(numbered(i))
			s.Flush()
		}
		err := s.Close(50 * time.Millisecond)
		if !errors.Is(err, errStalled) || !strings.Contains(err.Error(), "syslog tcp://127.0.0.1:") {
			t.Errorf("server %t: %v", taken, err)
		}
		if s.Shed() == 0 {
			t.Errorf("server %t: none shed", taken)
		}
	}
}

// A refused datagram is told of once, whatever follows.
func TestSyslogRefused(t *testing.T) {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := server.LocalAddr().String()
	server.Close()
	var r told
	pace := quick
	pace.well = time.Hour
	s := newSyslog(t, SyslogOptions{Address: "udp://" + addr, Report: r.add, pace: pace})
	for i := range 20 {
		s.Message(numbered(i))
		s.Flush()
	}
	eventually(t, "the fault to be told", func() bool { return len(r.all()) > 0 })
	s.Close(20 * time.Second)
	if got := r.all(); len(got) != 1 || !strings.Contains(got[0], "connection refused") {
		t.Errorf("told %q", got)
	}
}

func TestSyslogOptionErrors(t *testing.T) {
	for want, o := range map[string]SyslogOptions{
		"want [udp://|tcp://|tls://]HOST[:PORT]":       {Address: "x:y"},
		"messages of at most 100 bytes":                {Address: "x", MaxSize: 100},
		"which only tls:// uses":                       {Address: "tcp://x", CAFile: "ca.pem"},
		"read certificates to trust: open /nowhere/ca": {Address: "tls://x", CAFile: "/nowhere/ca"},
		"no certificate in syslog_test.go":             {Address: "tls://x", CAFile: "syslog_test.go"},
		"read own certificate: ":                       {Address: "tls://x", CertFile: "/nowhere/cert"},
	} {
		if _, err := NewSyslog(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
}
