package pcap_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/frame/pcap"
)

func run(tb testing.TB, stdin []byte, name string, args ...string) string {
	tb.Helper()
	cmd := exec.Command(frametest.RequireTool(tb, name), args...)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(stdin), &stderr
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return string(out)
}

// sharkView is what tshark sees in a capture, a packet a line.
func sharkView(tb testing.TB, path string) string {
	out := run(tb, nil, "tshark", "-n", "-r", path, "-T", "fields", "-E", "separator=,",
		"-e", "frame.time_epoch", "-e", "frame.cap_len", "-e", "frame.len", "-e", "eth.dst")
	return strings.ReplaceAll(out, ":", " ")
}

// ourView is the same as we see it.
func ourView(ps []pcap.Packet) string {
	var b strings.Builder
	for _, p := range ps {
		fmt.Fprintf(&b, "%d.%09d,%d,%d,% x\n", p.Time.Unix(), p.Time.Nanosecond(), len(p.Data), p.Length, p.Data[:6])
	}
	return b.String()
}

// corpus returns the captures of real kernels' frames.
func corpus(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob("../../testdata/flows/*/frames.pcap")
	if err != nil || len(files) < 50 {
		tb.Fatalf("%d captures in testdata/flows (%v)", len(files), err)
	}
	return files
}

// rewrite copies packets into a new file of ours.
func rewrite(tb testing.TB, name string, ps []pcap.Packet) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	w := create(tb, path, pcap.Options{})
	for _, p := range ps {
		if err := w.Write(p.Time, p.Data); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

// TestCorpus reads every capture of the corpus and writes it again in both formats.
func TestCorpus(t *testing.T) {
	for _, file := range corpus(t) {
		ps := readAll(t, file)
		if len(ps) == 0 {
			t.Errorf("%s: no packets", file)
		}
		for _, name := range []string{"a.pcap", "a.pcapng"} {
			check(t, readAll(t, rewrite(t, name, ps)), ps)
		}
	}
}

// longest is the corpus file with the most bytes.
func longest(tb testing.TB) string {
	best, size := "", int64(0)
	for _, file := range corpus(tb) {
		if st, err := os.Stat(file); err == nil && st.Size() > size {
			best, size = file, st.Size()
		}
	}
	return best
}

func TestTsharkReads(t *testing.T) {
	frametest.RequireTool(t, "tshark")
	file := longest(t)
	ps := readAll(t, file)
	want := ourView(ps)
	if got := sharkView(t, file); got != want {
		t.Fatalf("the original: tshark sees\n%.500s\nwe see\n%.500s", got, want)
	}
	for _, name := range []string{"a.pcap", "a.pcapng"} {
		if got := sharkView(t, rewrite(t, name, ps)); got != want {
			t.Errorf("%s: tshark sees\n%.500s\nwe see\n%.500s", name, got, want)
		}
	}
}

func TestTcpdumpReads(t *testing.T) {
	for _, name := range []string{"a.pcap", "a.pcapng"} {
		path := write(t, name, ethernet(46), ethernet(1000))
		out := run(t, contents(t, path), "tcpdump", "-r", "-", "-nn", "-tt", "--nano", "-xx")
		var raw strings.Builder
		for _, line := range strings.Split(out, "\n") {
			if _, words, ok := strings.Cut(line, ":  "); ok && strings.HasPrefix(line, "\t0x") {
				raw.WriteString(strings.ReplaceAll(words, " ", ""))
			}
		}
		want := hex.EncodeToString(append(ethernet(46), ethernet(1000)...))
		if raw.String() != want || !strings.Contains(out, "1700000000.123456789") || !strings.Contains(out, "1700000001.123456789") {
			t.Errorf("%s: tcpdump sees\n%s", name, out)
		}
	}
}

func TestCapinfosReads(t *testing.T) {
	for name, kind := range map[string]string{"a.pcap": "nsecpcap", "a.pcapng": "pcapng"} {
		out := run(t, nil, "capinfos", "-T", "-M", "-r", "-t", "-E", "-c", "-l", write(t, name, ethernet(46), ethernet(1000)))
		for _, want := range []string{kind, "ether", "\t2"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is not in capinfos' %q", name, want, out)
			}
		}
	}
}

// TestForeignAppended has tshark and tcpdump read a file that was killed, continued, and continued again.
func TestForeignAppended(t *testing.T) {
	for _, name := range []string{"a.pcap", "a.pcapng"} {
		path := write(t, name, ethernet(46), ethernet(47), ethernet(48))
		st, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		os.Truncate(path, st.Size()-5)
		for i := 2; i < 4; i++ {
			w := create(t, path, pcap.Options{Append: true})
			if err := w.Write(at(i), ethernet(46+i)); err != nil {
				t.Fatal(err)
			}
			w.Close()
		}
		want := ourView(readAll(t, path))
		if strings.Count(want, "\n") != 4 {
			t.Fatalf("%s: we see\n%s", name, want)
		}
		if got := sharkView(t, path); got != want {
			t.Errorf("%s: tshark sees\n%s\nwe see\n%s", name, got, want)
		}
		if out := run(t, nil, "tcpdump", "-nn", "-r", path); strings.Count(out, "ethertype") != 4 {
			t.Errorf("%s: tcpdump sees\n%s", name, out)
		}
	}
}

// TestForeignWriters reads what editcap makes of one capture in every form it knows that we read.
func TestForeignWriters(t *testing.T) {
	file := longest(t)
	want := readAll(t, file)
	for _, kind := range []string{"pcap", "nsecpcap", "pcapng"} {
		for _, zipped := range []bool{false, true} {
			path := filepath.Join(t.TempDir(), kind)
			run(t, nil, "editcap", "-F", kind, file, path)
			if zipped {
				if err := os.WriteFile(path, zip(contents(t, path)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			check(t, readAll(t, path), want)
		}
	}
	cut := filepath.Join(t.TempDir(), "cut")
	run(t, nil, "editcap", "-F", "pcapng", "-s", "60", file, cut)
	for i, p := range readAll(t, cut) {
		if !bytes.Equal(p.Data, want[i].Data[:min(60, len(want[i].Data))]) || p.Length != want[i].Length {
			t.Fatalf("packet %d after editcap -s 60: %d of %d bytes", i+1, len(p.Data), p.Length)
		}
	}
}
