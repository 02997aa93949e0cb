package cli_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

// spoofed makes a frame from the i'th of many senders.
func spoofed(t testing.TB, i int, payload string) []byte {
	t.Helper()
	e := frame.Endpoint{MAC: frame.MAC{2, 0, 0, 0, 0, 0x0a}, Addr: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), Port: 6665}
	return datagramFrom(t, e, 6666, payload)
}

// TestListenFlood invents 100,000 senders, beside one that is real. Memory stays
// flat, and what the real one sends is not forgotten.
func TestListenFlood(t *testing.T) {
	t.Setenv("GOGC", "20") // nearer to what is in use
	l := startListener(t, "-o", "json", "--max-hosts", "1000")
	rounds := 100
	if testing.Short() && os.Getenv("CI") == "" {
		rounds = 20
	}
	const each = 1000 // as the output can take at once
	flood := func(round int) {
		batch := make([][]byte, 0, each+1)
		for i := round * each; i < (round+1)*each; i++ { // each has a part of a record, which is kept for a while
			batch = append(batch, spoofed(t, i, fmt.Sprintf("6,%d,1000,-,ncfrag=0/4000;%0200d", i, i)))
		}
		l.pour(append(batch, datagram(t, "fe80::a", 6666, record(round)))...)
		l.outputEnds(fmt.Sprintf(`"text":"record %d"`, round))
	}
	before := 0
	for round := range rounds {
		flood(round)
		if round == rounds/5 {
			before = residentMemory(t, l.command)
		}
	}
	grown := residentMemory(t, l.command) - before
	a := l.total()
	t.Logf("%d KiB of memory, grown by %d KiB; %+v", before, grown, a)
	if grown > 24<<10 { // KiB; 300 bytes a sender
		t.Errorf("memory has grown by %d KiB for %d senders, from %d", grown, rounds*each*4/5, before)
	}
	if n := rounds * (each + 1); a.Datagrams != n || a.Records != n || a.Hosts != 1000 || a.Missing+a.Duplicate+a.Reboots+a.Shed > 0 {
		t.Errorf("%d sent; %+v", n, a)
	}
	next, retired := 0, 0
	for line := range bytes.Lines(fileBytes(t, l.out)) {
		if bytes.HasPrefix(line, []byte(`{"notice":"retired"`)) {
			retired++
		}
		if bytes.Contains(line, []byte(`"fe80::a%eth0"`)) {
			records, _ := show(t, line)
			if len(records) != 1 || *records[0].Seq != uint64(next) || records[0].Lost > 0 {
				t.Fatalf("%s\nwant record %d of the real sender", line, next)
			}
			next++
		}
	}
	if next != rounds || retired == 0 {
		t.Errorf("%d of %d records of the real sender, %d senders forgotten", next, rounds, retired)
	}
}

// outputEnds waits until this is near the end of standard output.
func (l *listener) outputEnds(what string) {
	l.t.Helper()
	f, err := os.Open(l.out)
	if err != nil {
		l.t.Fatal(err)
	}
	defer f.Close()
	tail := make([]byte, 1<<20)
	for over := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		size, err := f.Seek(0, io.SeekEnd)
		if err != nil {
			l.t.Fatal(err)
		}
		n, _ := f.ReadAt(tail, max(size-int64(len(tail)), 0))
		if bytes.Contains(tail[:n], []byte(what)) {
			return
		}
		if time.Now().After(over) {
			l.t.Fatalf("no %s in the output\n%s", what, l.diag)
		}
	}
}

// residentMemory is in KiB.
func residentMemory(t testing.TB, c *command) (n int) {
	t.Helper()
	for line := range strings.Lines(string(fileBytes(t, fmt.Sprintf("/proc/%d/status", c.Process.Pid)))) {
		if s, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			fmt.Sscan(s, &n)
		}
	}
	return n
}

// TestListenStalled has an output that nobody reads. The receiver goes on, the
// other output has everything, memory is bounded, and once somebody reads, what
// is missing is said where it is.
func TestListenStalled(t *testing.T) {
	p := frametest.NewPair(t, addressed)
	other := filepath.Join(openDir(t), "all.json")
	r, w := pipe(t)
	l := &listener{p: p, command: listening(t, p.B, "-o", "json", "-o", "json:"+other)}
	l.Stdout = w
	l.start()
	w.Close()
	l.says(`"msg":"listening"`)
	const n, size = 20_000, 600 // more than a queue, the writer's hands and a pipe hold
	frames := make([][]byte, 0, n)
	for i := range n {
		frames = append(frames, datagram(t, "fe80::a", 6666, fmt.Sprintf("6,%d,%d,-;%0*d\n", i, i, size, i)))
	}
	l.transmit(frames[:n-1]...)
	a := l.soFar()
	if a.Datagrams != n-1 || a.Shed == 0 || a.Shed >= n {
		t.Fatalf("%+v, want some shed", a)
	}
	// Now somebody reads.
	read := make(chan error, 1)
	shownRecords, told, next := 0, uint64(0), uint64(0)
	go func() {
		lines := bufio.NewReader(r)
		for {
			b, err := lines.ReadBytes('\n')
			if errors.Is(err, io.EOF) {
				read <- nil
				return
			}
			var s shown
			if err := json.Unmarshal(b, &s); err != nil {
				read <- fmt.Errorf("%w in %s", err, b)
				return
			}
			switch {
			case s.Notice == "shed":
				told += s.Count
				next += s.Count
			case s.Notice != "" || *s.Seq != next:
				read <- fmt.Errorf("%s, want record %d", b, next)
				return
			default:
				shownRecords++
				next++
			}
		}
	}()
	l.transmit(frames[n-1])
	a = l.total()
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	if uint64(shownRecords)+told != n || told != uint64(a.Shed) || a.Records != n || a.Overflow > 0 {
		t.Errorf("%d records shown, %d told as shed; %+v", shownRecords, told, a)
	}
	records, _ := show(t, fileBytes(t, other))
	if len(records) != n {
		t.Errorf("%d records in the other output, want %d", len(records), n)
	}
}

// TestListenManyHosts has more hosts than the process may open files.
func TestListenManyHosts(t *testing.T) {
	const hosts = 1100
	dir := openDir(t)
	p := frametest.NewPair(t, addressed)
	l := &listener{p: p, command: listening(t, p.B, "-o", "files:"+dir)}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l.Path, l.Args = "/bin/sh", append([]string{"sh", "-c", `ulimit -n 1024 && exec "$0" "$@"`, exe}, l.Args[1:]...)
	l.start()
	l.says(`"msg":"listening"`)
	var frames [][]byte
	for round := range 3 {
		for i := range hosts {
			frames = append(frames, spoofed(t, i, record(round)))
		}
	}
	l.transmit(frames...)
	if a := l.total(); a.Hosts != hosts || a.Records != 3*hosts || a.Shed > 0 {
		t.Errorf("%+v", a)
	}
	for i := range hosts {
		b := fileBytes(t, fmt.Sprintf("%s/10.0.%d.%d.log", dir, i>>8, i&255))
		for round := range 3 {
			if strings.Count(string(b), fmt.Sprintf("record %d\n", round)) != 1 {
				t.Fatalf("host %d: %s", i, b)
			}
		}
	}
	if strings.Contains(l.diag.String(), "WARN") || strings.Contains(l.diag.String(), "ERROR") {
		t.Errorf("%s", l.diag)
	}
}

// TestListenHangup has logrotate rename the files.
func TestListenHangup(t *testing.T) {
	dir := openDir(t)
	l := startListener(t, "-o", "files:"+dir+"/hosts", "-o", "json:"+dir+"/all.json", "-o", "text:"+dir+"/all.txt")
	names := []string{"hosts/192.0.2.1.log", "all.json", "all.txt"}
	has := func(name, what string) bool {
		b, err := os.ReadFile(filepath.Join(dir, name))
		return err == nil && strings.Contains(string(b), what)
	}
	wait := func(name, what string) {
		t.Helper()
		for over := time.Now().Add(limit); !has(name, what); time.Sleep(time.Millisecond) {
			if time.Now().After(over) {
				t.Fatalf("no %q in %s\n%s", what, name, l.diag)
			}
		}
	}
	l.transmit(datagrams(t, "192.0.2.1", record(0))...)
	for _, name := range names {
		wait(name, "record 0")
		if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, name+".1")); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	l.soFar() // signals are answered in turn
	l.transmit(datagrams(t, "192.0.2.1", record(1))...)
	if a := l.total(); a.Records != 2 || a.Shed > 0 {
		t.Errorf("%+v", a)
	}
	for _, name := range names {
		if !has(name, "record 1") || has(name, "record 0") || !has(name+".1", "record 0") || has(name+".1", "record 1") {
			t.Errorf("%s: %s\n%s.1: %s", name, fileBytes(t, filepath.Join(dir, name)), name, fileBytes(t, filepath.Join(dir, name+".1")))
		}
	}
}

// TestListenOverflow stops the receiver for longer than its buffer lasts. What
// the kernel had no room for is told, also if nothing comes after it.
func TestListenOverflow(t *testing.T) {
	l := startListener(t)
	stop := func(s syscall.Signal) {
		if err := l.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	n := receiveBuffer(t, l.command)/1000 + 1000
	frames := make([][]byte, 0, n)
	for i := range n {
		frames = append(frames, datagram(t, "fe80::a", 6666, fmt.Sprintf("6,%d,%d,-;%0900d\n", i, i, i)))
	}
	stop(syscall.SIGSTOP)
	sendFrames(t, opened(t, l.p.A), frames)
	stop(syscall.SIGCONT)
	a := l.until("all accounted for", func(a received) bool { return a.Datagrams+a.Overflow >= n })
	l.transmit(datagrams(t, "fe80::a", fmt.Sprintf("6,%d,%d,-;last\n", n, n))...)
	end := l.total()
	if a.Overflow == 0 || end.Overflow != a.Overflow || end.Datagrams+end.Overflow != n+1 || end.Missing != a.Overflow {
		t.Errorf("%d sent; %+v, then %+v", n, a, end)
	}
	_, notices := l.shown()
	told := 0
	for _, s := range notices {
		if s.Notice == "overflow" {
			told += int(s.Count)
		}
	}
	if told != a.Overflow {
		t.Errorf("%d told as lost, want %d", told, a.Overflow)
	}
}
