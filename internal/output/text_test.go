package output

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"netkmsg/kmsg"
)

// scene is three hosts talking, with all that can befall them.
func scene(t *talk) []byte {
	t.Receive(after(0), web, []byte("6,416,12345678,-,caller=T1;Linux version 6.12.8 (build@example) #1 SMP\n"))
	t.Receive(after(4*time.Millisecond), store, []byte("6.6.1,30,900,102000001,-;eth0: link up, 1000 Mbps, full duplex\n SUBSYSTEM=net\n DEVICE=+net:eth0\n role=store\n cpu=3\n taskname=kworker/3:1\n"))
	t.Receive(after(40*time.Millisecond), lab, []byte("[    3.140000] usb 1-1: new high-speed USB device number 2\n"))
	t.Receive(after(41*time.Millisecond), lab, []byte("no prefix here\n"))
	t.Receive(after(50*time.Millisecond), web, []byte(`4,417,12400000,-,caller=T1;sd 0:0:0:0: [sda] Synchronize Cache(10) failed: Result: hostbyte=DID_OK driverbyte=DRIVER_OK and more of it`+"\n"))
	t.Receive(after(60*time.Millisecond), web, []byte("3,421,12500000,-,caller=T1;EXT4-fs error (device sda1): ext4_find_entry:1455\n"))
	t.Advance(after(400 * time.Millisecond))
	t.Receive(after(401*time.Millisecond), web, []byte("6,422,12600000,-,caller=T1,ncfrag=0/60;a record whose middle\n"))
	t.Receive(after(402*time.Millisecond), web, []byte("6,422,12600000,-,caller=T1,ncfrag=45/60; never came.\n"))
	t.Advance(after(2 * time.Second))
	t.Receive(after(2001*time.Millisecond), lab, []byte("** 3 printk messages dropped **\n[    4.000000] after a loss\n"))
	t.Receive(after(2100*time.Millisecond), store, []byte(`6.6.1,0,901,103000000,-,caller=C0;BUG: kernel NULL pointer dereference, address: 0000000000000008`+"\n"))
	t.Receive(after(2101*time.Millisecond), store, []byte(`6.6.1,2,902,103000001,-,caller=C0;Call Trace:\x0a <TASK>\x0a\x09dump_stack_lvl+0x5d/0x80\x0a 09:26:53.589 web1  emerg  forged`+"\n"))
	t.Receive(after(2102*time.Millisecond), store, []byte(`6.6.1,7,903,103000002,-;** replaying? no. caf\xc3\xa9 \x1b[2J\x07 \xe2\x80\xae rtl \xff \xc2\x9b`+"\n"))
	t.Receive(after(2103*time.Millisecond), store, []byte("** replaying previous printk message **\n6.6.1,13,904,103000003,c,caller=T77;written by a user\n"))
	t.Receive(after(3*time.Second), web, []byte("5,0,0,-,caller=T0;Linux version 6.12.9 booting\n"))
	t.Receive(after(3001*time.Millisecond), web, nil)
	t.ReceiveTruncated(after(3002*time.Millisecond), web, []byte("6,1,1,-,caller=T0;cut of"), 1400)
	t.Overflow(after(16*time.Hour), 17)
	t.Flush()
	return t.out
}

func sceneNames(t *testing.T) *Names {
	table, err := ParseNames(strings.NewReader("192.0.2.1 web1\n2001:db8::5054:ff:fe12:3456 storage-primary\nfe80::2%eth0 lab\n"), "hosts")
	if err != nil {
		t.Fatal(err)
	}
	return NewNames(table, nil)
}

func TestTextGolden(t *testing.T) {
	width := func(n int) func() int { return func() int { return n } }
	names := sceneNames(t)
	for name, o := range map[string]TextOptions{
		"text-pipe.txt":      {},
		"text-80.txt":        {Names: names, Width: width(80)},
		"text-200.txt":       {Names: names, Width: width(200), Verbose: true},
		"text-80-bare.txt":   {Width: width(80)},
		"text-colour.txt":    {Names: names, Colour: true, Verbose: true, Width: width(100)},
		"text-date-zone.txt": {Names: names, Date: true, Zone: time.FixedZone("", -10*3600)},
	} {
		t.Run(name, func(t *testing.T) {
			if o.Zone == nil {
				o.Zone = time.UTC
			}
			golden(t, name, scene(newTalk(NewTextFormat(o))))
		})
	}
}

// Every line that is not a record's or a notice's first begins with blanks, and
// no byte does anything on a terminal but show.
func FuzzTextHarmless(f *testing.F) {
	f.Add([]byte("6,1,1,-;text\n KEY=value\n"), 80)
	f.Add([]byte("6,1,1,-;a\\x0a12:00:00.000 web1\\x1b[2J\\xe2\\x80\\xae\n"), 0)
	f.Add([]byte("[    1.0] basic\n09:26:53.589 forged\r\n\u202e\u2028\x9b\t\tx"), 100)
	f.Add([]byte("6,1,1,-;too narrow"), 40)
	f.Add([]byte("6,1,1,-,ncfrag=0/4000;"+strings.Repeat("漢字 ", 100)), 60)
	f.Fuzz(func(t *testing.T, payload []byte, width int) {
		for _, verbose := range []bool{false, true} {
			r := newTalk(NewTextFormat(TextOptions{Zone: time.UTC, Verbose: verbose, Width: func() int { return width }}))
			r.Receive(day, web, payload)
			r.Flush()
			for line := range bytes.Lines(r.out) {
				body := bytes.TrimSuffix(line, []byte("\n"))
				if safe := appendSafe(nil, body); !bytes.Equal(safe, body) {
					t.Fatalf("%q holds what is not safe", body)
				}
				if len(body) > 0 && body[0] != ' ' && !bytes.HasPrefix(body, []byte("09:26:53.589 192.0.2.1")) && string(body) != "-- 2026-03-14 --" {
					t.Fatalf("%q begins like nothing of ours", body)
				}
				if width >= 100 && width < 10000 && columns(body) > width {
					t.Fatalf("%q has %d columns, more than %d", body, columns(body), width)
				}
			}
		}
	})
}

func TestSafe(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain ~", "plain ~"},
		{"a\tb\tc", "a       b       c"},
		{"12345678\tx", "12345678        x"},
		{"漢\tx", "漢      x"},
		{"\x1b[31m\a\r\x00\x7f\n", `\x1b[31m\x07\x0d\x00\x7f\x0a`},
		{"café 漢字 🐧", "café 漢字 🐧"},
		{"\xff\xc3", `\xff\xc3`},
		{"\u009b2J", `\xc2\x9b2J`},                         // CSI in one character
		{"\u202eabc\u2066", `\xe2\x80\xaeabc\xe2\x81\xa6`}, // direction
		{"\u2028\u00a0\ufeff\u200b", `\xe2\x80\xa8\xc2\xa0\xef\xbb\xbf\xe2\x80\x8b`},
		{"\U000e0041", `\xf3\xa0\x81\x81`}, // tag
		{"\ufffd", "\ufffd"},
		{`a\x1bb`, `a\x1bb`},
	}
	for _, tt := range tests {
		if got := appendSafe(nil, []byte(tt.in)); string(got) != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestFitting(t *testing.T) {
	tests := []struct {
		in   string
		room int
		want string
	}{
		{"short", 10, "short"},
		{"exactly 10", 10, "exactly 10"},
		{"exactly 10 and more", 10, "exactly 10"},
		{"one two three", 10, "one two"},
		{"a bcdefghijklmnop", 10, "a bcdefghi"},
		{"漢字漢字漢字", 5, "漢字"},
		{"漢", 1, "漢"},
		{"é\u0301é\u0301é\u0301", 2, "é\u0301é\u0301"},
	}
	for _, tt := range tests {
		if n := fitting([]byte(tt.in), tt.room); tt.in[:n] != tt.want {
			t.Errorf("%q in %d: %q, want %q", tt.in, tt.room, tt.in[:n], tt.want)
		}
	}
}

func TestTextOutput(t *testing.T) {
	g := newGate()
	out := NewText(g, TextOptions{Zone: time.UTC})
	out.q.limit = 1
	m := message(t, web, day, "6,1,1,-;one\n")
	out.Message(m)
	out.Flush()
	inHand(t, out.q)
	out.Message(m)
	out.Notice(&kmsg.Notice{Kind: kmsg.NoticeOverflow, Count: 3, Time: day})
	if n := out.Shed(); n != 1 {
		t.Errorf("%d shed, want 1", n)
	}
	close(g.tokens)
	if err := out.Close(time.Minute); err != nil {
		t.Fatal(err)
	}
	const line = "09:26:53.589 192.0.2.1 info   [    0.000001] one\n"
	want := "-- 2026-03-14 --\n" + line + line + "09:26:53.589 -         -- 1 entry is missing here: this output did not take what came --\n"
	if got := g.String(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	broken := NewText(brokenPipe{}, TextOptions{})
	broken.Message(m)
	if err := broken.Close(time.Minute); err == nil || !strings.Contains(err.Error(), "write text: ") {
		t.Error(err)
	}
}

func BenchmarkText(b *testing.B) {
	for name, o := range map[string]TextOptions{"plain": {}, "colour": {Colour: true, Width: func() int { return 120 }}} {
		b.Run(name, func(b *testing.B) {
			benchmark(b, NewTextFormat(o))
		})
	}
	b.Run("queued", func(b *testing.B) {
		m := message(b, web, day, benchRecord)
		out := NewText(io.Discard, TextOptions{})
		b.ReportAllocs()
		for b.Loop() {
			out.Message(m)
			out.Flush()
		}
		if err := out.Close(time.Minute); err != nil {
			b.Fatal(err)
		}
	})
}

const benchRecord = "6.12.8,6,416,12345678,-,caller=T1;usb 1-1: New USB device found, idVendor=0627, idProduct=0001, bcdDevice= 0.00\n SUBSYSTEM=usb\n DEVICE=c189:1\n"

func benchmark(b *testing.B, f appender) {
	var m [3]*kmsg.Message
	for i, host := range []string{"6665", "6666", "6667"} {
		m[i] = message(b, mustHost("192.0.2.1:"+host), day, benchRecord)
	}
	var buf []byte
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		buf = f.AppendMessage(buf[:0], m[i%3])
		i++
	}
	b.SetBytes(int64(len(buf)))
}
