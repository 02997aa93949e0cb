package kmsg_test

import (
	"bytes"
	"io"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"netkmsg/internal/corpus"
	"netkmsg/kmsg"
)

// TestCorpusCollected collects what real kernels sent and wants the records
// that the kernels had, and nothing else.
func TestCorpusCollected(t *testing.T) {
	for pattern, least := range map[string]int{"../testdata/flows/*": 100, "testdata/flows/*": 6} {
		dirs, err := filepath.Glob(pattern)
		if err != nil || len(dirs) < least {
			t.Fatalf("%d flows in %s (%v), want at least %d", len(dirs), pattern, err, least)
		}
		for _, dir := range dirs {
			t.Run(filepath.Base(dir), func(t *testing.T) {
				f, records, payloads := readFlow(t, dir)
				want := scan(t, records)
				got, notices := collectAll(t, payloads)
				missing := 0
				for _, n := range notices {
					if n.Kind != kmsg.NoticeGap {
						t.Errorf("notice: %s", n.String())
					}
					missing += int(n.Count)
				}
				if len(got) != len(want) {
					t.Fatalf("%d records, want %d", len(got), len(want))
				}
				for i, m := range got {
					compareMessage(t, f, m, want[i])
				}
				if n := len(want); f.Format == "extended" && missing != int(want[n-1].Seq-want[0].Seq)+1-n {
					t.Errorf("%d announced missing", missing)
				}
			})
		}
	}
}

// In the case drop-basic the kernel's log lost 109 records.
func TestCorpusDropBasicCollected(t *testing.T) {
	f, records, payloads := readFlow(t, "testdata/drop-basic")
	got, notices := collectAll(t, payloads)
	want := scan(t, records)
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
	for i, m := range got {
		compareMessage(t, f, m, want[i])
	}
	if len(notices) != 1 || notices[0].String() != "-- the sender lost 109 records --" || got[0].Lost != 109 {
		t.Errorf("notices %v, lost %d", notices, got[0].Lost)
	}
}

func compareMessage(t *testing.T, f corpus.Flow, m message, want kmsg.Record) {
	t.Helper()
	if m.Basic != (f.Format == "basic") || len(m.Holes) > 0 || m.Late || m.Malformed != "" {
		t.Errorf("%+v", m.Message)
	}
	if got, want := m.text, string(want.AppendText(nil)); got != want {
		t.Errorf("text %q\nwant %q", got, want)
	}
	if m.HasTime && m.Usec != want.Usec {
		t.Errorf("time %d, want %d", m.Usec, want.Usec)
	}
	if m.HasPriority && m.Priority != want.Priority {
		t.Errorf("priority %d, want %d", m.Priority, want.Priority)
	}
	if m.Basic {
		noTime := f.PrintkTime != nil && !*f.PrintkTime
		if m.HasTime == noTime || m.HasPriority != (f.ConsoleMsgFormat == "syslog") {
			t.Errorf("prefix of %q: time %v, priority %v", m.Raw, m.HasTime, m.HasPriority)
		}
		return
	}
	if !bytes.Equal(m.Raw, want.Raw) || m.Seq != want.Seq || m.Flag != want.Flag || !bytes.Equal(m.Dict, want.Dict) {
		t.Errorf("record %q\n  want %q", m.Raw, want.Raw)
	}
	format := formatOf(t, f)
	if string(m.Release) != format.Release {
		t.Errorf("release %q, want %q", m.Release, format.Release)
	}
	var userdata []kmsg.Userdata
	for _, u := range format.Userdata {
		if u.Value != "" {
			userdata = append(userdata, u)
		}
	}
	if len(userdata) != len(m.userdata) {
		t.Fatalf("userdata %q\n    want %q", m.userdata, userdata)
	}
	for i, u := range userdata {
		if m.userdata[i] != u {
			t.Errorf("userdata %q, want %q", m.userdata[i], u)
		}
	}
}

func scan(t *testing.T, records []byte) (list []kmsg.Record) {
	t.Helper()
	s := kmsg.NewScanner(bytes.NewReader(records), kmsg.ScanOptions{})
	for {
		r, err := s.Next()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, clone(r))
	}
}

func clone(r kmsg.Record) kmsg.Record {
	r.Raw = bytes.Clone(r.Raw)
	r.Text = bytes.Clone(r.Text)
	r.Dict = bytes.Clone(r.Dict)
	r.Fields = bytes.Clone(r.Fields)
	return r
}

// message is a message that outlives its callback.
type message struct {
	kmsg.Message
	text              string
	userdata, sysdata []kmsg.Userdata
}

func keep(m *kmsg.Message) message {
	out := message{Message: *m, text: string(m.AppendText(nil))}
	out.Record = clone(m.Record)
	out.Release = bytes.Clone(m.Release)
	out.UserdataRaw = bytes.Clone(m.UserdataRaw)
	out.SysdataRaw = bytes.Clone(m.SysdataRaw)
	out.Holes = append([]kmsg.Hole(nil), m.Holes...)
	for k, v := range m.Userdata() {
		out.userdata = append(out.userdata, kmsg.Userdata{Key: string(k), Value: string(v)})
	}
	for k, v := range m.Sysdata() {
		out.sysdata = append(out.sysdata, kmsg.Userdata{Key: string(k), Value: string(v)})
	}
	return out
}

// collectAll sends payloads, a millisecond apart, from one host.
func collectAll(t *testing.T, payloads [][]byte) (messages []message, notices []kmsg.Notice) {
	t.Helper()
	c := kmsg.NewCollector(kmsg.CollectOptions{
		Deliver: func(m *kmsg.Message) { messages = append(messages, keep(m)) },
		Notify:  func(n *kmsg.Notice) { notices = append(notices, *n) },
	})
	now := time.Unix(1e9, 0)
	for _, p := range payloads {
		now = now.Add(time.Millisecond)
		c.Receive(now, netip.MustParseAddrPort("[fe80::1%eth0]:6665"), p)
	}
	c.Flush()
	a := c.Totals().Account
	if err := a.Check(); err != nil {
		t.Error(err)
	}
	if a.Datagrams != uint64(len(payloads)) || a.Delivered != uint64(len(messages)) {
		t.Errorf("%d datagrams, %d messages; account %+v", len(payloads), len(messages), a)
	}
	return messages, notices
}
