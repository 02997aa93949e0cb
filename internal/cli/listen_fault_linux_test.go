package cli_test

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"netkmsg/frame"
)

// TestListenReboot has a sender that begins anew at once, with numbers that it
// has used before.
func TestListenReboot(t *testing.T) {
	l := startListener(t)
	first := make([]string, 0, 20)
	for i := range 20 {
		first = append(first, fmt.Sprintf("6,%d,%d,-;before %d\n", i, 60_000_000+i, i))
	}
	second := make([]string, 0, 20)
	for i := range 20 {
		second = append(second, fmt.Sprintf("6,%d,%d,-;after %d\n", i, 1000+i, i))
	}
	l.transmit(datagrams(t, "fe80::a", append(first, second...)...)...)
	if a := l.total(); a.Records != 40 || a.Reboots != 1 || a.Duplicate+a.Missing > 0 {
		t.Errorf("%+v", a)
	}
	records, notices := l.shown()
	if len(records) != 40 || records[19].Text != "before 19" || records[20].Text != "after 0" {
		t.Errorf("%d records, not 20 and then 20", len(records))
	}
	if len(notices) != 1 || notices[0].Notice != "reboot" {
		t.Errorf("%+v", notices)
	}
}

// TestListenTwoSenders has two senders behind one address, with the same numbers.
func TestListenTwoSenders(t *testing.T) {
	l := startListener(t)
	var frames [][]byte
	for i := range 50 {
		for port := uint16(6665); port < 6667; port++ {
			frames = append(frames, datagramFrom(t, endpoint("192.0.2.1", port), 6666, fmt.Sprintf("6,%d,%d,-;of %d\n", i, i, port)))
		}
	}
	l.transmit(frames...)
	if a := l.total(); a.Hosts != 2 || a.Records != 100 || a.Missing+a.Duplicate+a.Reboots > 0 {
		t.Errorf("%+v", a)
	}
	records, _ := l.shown()
	for i, r := range records {
		if r.Port != uint16(6665+i%2) || r.Text != fmt.Sprintf("of %d", r.Port) || *r.Seq != uint64(i/2) {
			t.Fatalf("record %d: %+v", i, r)
		}
	}
}

// TestListenFragmentLost loses a fragment of three. The record is shown all the
// same, in its place, with a mark in the place of what is missing.
func TestListenFragmentLost(t *testing.T) {
	const header = "6,1,1000,-"
	var text strings.Builder
	for i := range 250 {
		fmt.Fprintf(&text, "%09d,", i)
	}
	body := text.String() + "\n"
	parts := make([]string, 3)
	for i := range parts {
		at, end := i*1000, min(i*1000+1000, len(body))
		parts[i] = fmt.Sprintf("%s,ncfrag=%d/%d;%s", header, at, len(body), body[at:end])
	}
	for lost, name := range []string{"first", "middle", "last"} {
		t.Run(name, func(t *testing.T) {
			l := startListener(t)
			payloads := slices.Concat([]string{record(0)}, slices.Delete(slices.Clone(parts), lost, lost+1), []string{record(2), record(3)})
			l.transmit(datagrams(t, "fe80::a", payloads...)...)
			l.until("delivered", func(a received) bool { return a.Records == 4 })
			if a := l.total(); a.Partial != 1 || a.Missing > 0 {
				t.Errorf("%+v", a)
			}
			records, notices := l.shown()
			if got := seqs(records); !slices.Equal(got, []uint64{0, 1, 2, 3}) {
				t.Fatalf("records %v", got)
			}
			from, to := lost*1000, min(lost*1000+1000, len(body))
			want := strings.TrimSuffix(body[:from]+mark(from, to)+body[to:], "\n")
			if got := records[1]; got.Text != want || len(got.Holes) != 1 {
				t.Errorf("%q, holes %v\nwant %q", got.Text, got.Holes, want)
			}
			if len(notices) != 1 || notices[0].Notice != "partial" || notices[0].First != 1 {
				t.Errorf("%+v", notices)
			}
		})
	}
}

// TestListenLong has datagrams longer than netconsole's, up to jumbo frames.
func TestListenLong(t *testing.T) {
	for _, size := range []int{1400, 9000} {
		l := startListenerOn(t, pairWithMTU(t, 9100))
		payload := "6,1,1000,-;" + strings.Repeat("x", size-12) + "\n"
		basic := strings.Repeat("y", size)
		l.transmit(datagrams(t, "fe80::a", payload, record(2))...)
		l.transmit(datagrams(t, "192.0.2.1", basic)...)
		if a := l.total(); a.Records != 3 || a.Partial+a.Malformed+a.Missing > 0 {
			t.Errorf("%+v", a)
		}
		records, notices := l.shown()
		if len(notices) > 0 || len(records) != 3 || records[0].Text != strings.Repeat("x", size-12) || records[2].Text != basic {
			t.Errorf("%d bytes: %+v %+v", size, records, notices)
		}
	}
}

// TestListenEscapes shows what could harm a terminal, in each place that a
// sender fills.
func TestListenEscapes(t *testing.T) {
	const evil = "\x1b]0;owned\x07\x1b[2J\r\b\x7f\u009b31m\u202e\xff\x00\x85"
	escaped := strings.NewReplacer("\x1b", `\x1b`, "\x07", `\x07`, "\r", `\x0d`, "\b", `\x08`, "\x7f", `\x7f`, "\u009b", `\xc2\x9b`,
		"\u202e", `\xe2\x80\xae`, "\xff", `\xff`, "\x00", `\x00`, "\x85", `\x85`).Replace(evil)
	l := startListener(t, "-v", "-o", "text")
	l.transmit(datagrams(t, "fe80::a",
		"6,1,1000,-;"+evil+"\n",
		"6,2,2000,-;"+escaped+"\n SUBSYSTEM="+escaped+"\n user="+evil+"\n",
		"6.1"+evil+",6,3,3000,-,caller=T1"+evil+";x\n",
		"6,4,4000,-,"+evil+"="+evil+";x\n",
		evil,
		"6,9,9000,-,ncfrag="+evil+";"+evil,
	)...)
	l.total()
	out := fileBytes(t, l.out)
	for i, c := range out {
		if c < ' ' && c != '\n' || c == 0x7f {
			t.Fatalf("byte %#x at %d of\n%q", c, i, out)
		}
	}
	for _, r := range string(out) {
		if r == '\u202e' || r == '\ufffd' || '\u0080' <= r && r < '\u00a0' {
			t.Fatalf("%U in\n%q", r, out)
		}
	}
	if !strings.Contains(string(out), `owned`) {
		t.Errorf("%s", out)
	}
}

// TestListenStopHole is stopped right behind a hole, behind a part of a record,
// and behind a slice of which the rest has not come. Nothing of it is lost.
func TestListenStopHole(t *testing.T) {
	l := startListener(t)
	c := opened(t, l.p.A)
	sendFrames(t, c, slices.Concat(
		datagrams(t, "fe80::a", record(1), record(2), record(5), "6,6,6000,-,ncfrag=0/2000;begin"),
		datagrams(t, "192.0.2.1", strings.Repeat("y", 1000))))
	l.stop(syscall.SIGTERM)
	l.ends(0)
	a := l.receivedAs("account")[0]
	if a.Datagrams != 5 || a.Records != 5 || a.Missing != 2 || a.Partial != 2 {
		t.Errorf("%+v\n%s", a, l.diag)
	}
	records, notices := l.shown()
	var got []string
	for _, n := range notices {
		got = append(got, n.Notice)
	}
	slices.Sort(got)
	if len(records) != 5 || !slices.Equal(got, []string{"gap", "partial", "partial"}) {
		t.Errorf("%+v\n%v", records, got)
	}
}

// TestListenStopDrains is stopped while its buffer is full of what it has not read.
func TestListenStopDrains(t *testing.T) {
	const n = 1000
	l := startListener(t)
	if err := l.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	var payloads []string
	for i := range n {
		payloads = append(payloads, record(i))
	}
	sendFrames(t, opened(t, l.p.A), datagrams(t, "fe80::a", payloads...))
	l.stop(syscall.SIGTERM)
	l.stop(syscall.SIGCONT)
	l.ends(0)
	if a := l.receivedAs("account")[0]; a.Datagrams+a.Overflow != n || a.Records+a.Missing < a.Datagrams || a.Overflow > 0 && receiveBuffer(t, l.command) >= 8<<20 {
		t.Errorf("%d sent; %+v", n, a)
	}
}

// TestListenRemarks receives what is no log at all. It is shown or counted.
func TestListenRemarks(t *testing.T) {
	l := startListener(t)
	l.transmit(datagrams(t, "fe80::a", "", "\n", "text without a newline", "6,1,1,-,ncfrag=0/4294967295;x", "\xff\xfe", "5;text")...)
	if a := l.total(); a.Datagrams != 6 || a.Records+a.Marks != 6 {
		t.Errorf("%+v", a)
	}
}

// TestListenHosts tells hosts apart by address, port and zone.
func TestListenHosts(t *testing.T) {
	l := startListener(t)
	var frames [][]byte
	for _, e := range []frame.Endpoint{endpoint("fe80::a", 6665), endpoint("fe80::c", 6665), endpoint("192.0.2.1", 6665), endpoint("192.0.2.1", 1)} {
		frames = append(frames, datagramFrom(t, e, 6666, record(7)))
	}
	l.transmit(frames...)
	l.total()
	records, _ := l.shown()
	var got []string
	for _, r := range records {
		got = append(got, fmt.Sprintf("%s %d", r.Host, r.Port))
	}
	slices.Sort(got)
	if want := "192.0.2.1 1, 192.0.2.1 6665, fe80::a%eth0 6665, fe80::c%eth0 6665"; strings.Join(got, ", ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}
