package output

import (
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"netkmsg/kmsg"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing")

// golden compares got with the file testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err, "(go test -update makes it)")
	}
	if string(got) != string(want) {
		t.Errorf("%s differs\n--- got\n%s\n--- want\n%s", path, got, want)
	}
}

// day is the morning of which the tests are.
var day = time.Date(2026, 3, 14, 9, 26, 53, 589_793_238, time.UTC)

func mustHost(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

func after(d time.Duration) time.Time { return day.Add(d) }

var (
	web   = netip.MustParseAddrPort("192.0.2.1:6665")
	store = netip.MustParseAddrPort("[2001:db8::5054:ff:fe12:3456]:6665")
	lab   = netip.MustParseAddrPort("[fe80::2%eth0]:40001")
)

// appender is either format.
type appender interface {
	AppendMessage(dst []byte, m *kmsg.Message) []byte
	AppendNotice(dst []byte, n *kmsg.Notice) []byte
}

// talk is a receiver with an output behind it.
type talk struct {
	*kmsg.Collector
	out []byte
}

func newTalk(f appender) *talk {
	t := new(talk)
	t.Collector = kmsg.NewCollector(kmsg.CollectOptions{
		Deliver: func(m *kmsg.Message) { t.out = f.AppendMessage(t.out, m) },
		Notify:  func(n *kmsg.Notice) { t.out = f.AppendNotice(t.out, n) },
	})
	return t
}

// message makes the message of one datagram.
func message(t testing.TB, host netip.AddrPort, at time.Time, payload string) *kmsg.Message {
	t.Helper()
	var got *kmsg.Message
	c := kmsg.NewCollector(kmsg.CollectOptions{Deliver: func(m *kmsg.Message) {
		c := *m
		got = &c
	}})
	c.Receive(at, host, []byte(payload))
	c.Flush()
	if got == nil {
		t.Fatalf("no record from %q", payload)
	}
	return got
}
