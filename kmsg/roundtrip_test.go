package kmsg_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"netkmsg/kmsg"
)

// What a basic target sends comes out as the texts that went in.
func TestBasicRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, format := range []kmsg.Format{{}, {NoTime: true}, {Syslog: true}, {Syslog: true, NoTime: true}} {
		f, err := kmsg.NewFormatter(format)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		var got []message
		c := kmsg.NewCollector(kmsg.CollectOptions{Deliver: func(m *kmsg.Message) { got = append(got, keep(m)) }})
		now := time.Unix(1e9, 0)
		datagrams := 0
		for i := range 2000 {
			text := make([]byte, r.IntN([]int{80, 1025}[r.IntN(2)]))
			for i := range text {
				text[i] = byte(r.IntN(256))
				if r.IntN(3) == 0 || text[i] == '\n' && len(text) > 200 && r.IntN(20) != 0 {
					text[i] = 'a'
				}
			}
			want = append(want, string(text))
			record, err := kmsg.Parse(append(kmsg.AppendEscaped(fmt.Appendf(nil, "14,%d,%d,-,caller=T7;", i, i*1e4), text), '\n'))
			if err != nil {
				t.Fatal(err)
			}
			f.Begin(record)
			for b, ok := f.Next(nil); ok; b, ok = f.Next(nil) {
				now = now.Add(time.Millisecond)
				c.Receive(now, alice, b)
				datagrams++
			}
		}
		c.Flush()
		if len(got) != len(want) {
			t.Fatalf("%+v: %d messages, want %d", format, len(got), len(want))
		}
		for i, m := range got {
			if m.text != want[i] || string(m.Caller()) != "T7" || m.HasTime == format.NoTime || m.HasTime && m.Usec != uint64(i)*1e4 ||
				m.HasPriority != format.Syslog || m.HasPriority && m.Priority != 14 {
				t.Fatalf("%+v: record %d: %q\nwant %q", format, i, m.Raw, want[i])
			}
		}
		if a := c.Totals().Account; a.Check() != nil || a.Carried != uint64(datagrams) || a.Partial > 0 {
			t.Errorf("%d datagrams, %+v", datagrams, a)
		}
	}
}

func ExampleCollector() {
	c := kmsg.NewCollector(kmsg.CollectOptions{
		Deliver: func(m *kmsg.Message) {
			fmt.Printf("%s %d %d %s", m.Host, m.Seq, m.Level(), m.AppendText(nil))
			for key, value := range m.Dictionary() {
				fmt.Printf(" %s=%s", key, value)
			}
			fmt.Println()
		},
		Notify: func(n *kmsg.Notice) { fmt.Println(n.Host, n) },
	})
	now := time.Unix(0, 0)
	for _, payload := range []string{
		"6,416,5686904,-;netconsole: network logging started\n",
		"3,420,6352869,-,ncfrag=0/55;usb 1-1: device descr", // the other fragment is lost
		"6,418,6352700,-;out of order\n",
		"6,417,6352600,-;usb 1-1: new device\n SUBSYSTEM=usb\n DEVICE=+usb:1-1\n",
	} {
		c.Receive(now, alice, []byte(payload))
	}
	c.Advance(now.Add(2 * time.Second)) // the caller's timer, at c.Deadline()
	fmt.Println(c.Totals().Account.Missing, "missing")
	// Output:
	// 192.0.2.1:6665 416 6 netconsole: network logging started
	// 192.0.2.1:6665 417 6 usb 1-1: new device SUBSYSTEM=usb DEVICE=+usb:1-1
	// 192.0.2.1:6665 418 6 out of order
	// 192.0.2.1:6665 -- 1 record missing: 419, lost or filtered by the sender --
	// 192.0.2.1:6665 -- incomplete record 420: bytes 21–54 of 55 missing --
	// 192.0.2.1:6665 420 3 usb 1-1: device descr[-- 34 bytes missing: 21-54 --]
	// 1 missing
}

// Messages do not point into what the caller gave once that is gone: only the
// callback sees them. Records that wait are copies.
func TestWaitingIsCopied(t *testing.T) {
	var got []message
	c := kmsg.NewCollector(kmsg.CollectOptions{Deliver: func(m *kmsg.Message) { got = append(got, keep(m)) }})
	buf := make([]byte, 0, 1000)
	for _, payload := range []string{"7.3,6,1,1,-;a\n", "7.3,6,3,3,-,caller=T1;c\n SUBSYSTEM=pci\n k=v\n cpu=1\n", "7.3,6,2,2,-;b\n"} {
		buf = append(buf[:0], payload...)
		c.Receive(time.Unix(0, 0), alice, buf)
		copy(buf, bytes.Repeat([]byte("#"), len(buf)))
	}
	m := got[2]
	if string(m.Raw) != "6,3,3,-,caller=T1;c\n SUBSYSTEM=pci\n" || string(m.Release) != "7.3" || string(m.Caller()) != "T1" ||
		string(m.UserdataRaw) != " k=v\n" || string(m.SysdataRaw) != " cpu=1\n" {
		t.Errorf("%+v", m)
	}
}
