package cli_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/cli"
	"netkmsg/internal/send"
)

// TestReadSysdata reads what a kernel sent with all of its sysdata, beside
// userdata of the same keys (case v7.3.4-sd-all of the corpus).
func TestReadSysdata(t *testing.T) {
	out, diag, status := read("-o", "json", "testdata/sysdata.pcap")
	if status != 0 {
		t.Fatalf("exit status %d: %s", status, diag)
	}
	want := []struct{ text, userdata, sysdata string }{
		{"netconsole: network logging started", "", ""},
		{"all", "", " cpu=1\n taskname=h\n release=R\n msgid=1\n"},
		{"all with userdata", " foo=bar\n cpu=99\n taskname=me\n", " cpu=0\n taskname=h\n release=R\n msgid=2\n"},
		{"netconsole: target (t) is enabled, disable to update parameters", " foo=bar\n cpu=99\n taskname=me\n", " cpu=1\n taskname=h\n release=R\n msgid=3\n"},
		{"netconsole: network logging started", " foo=bar\n cpu=99\n taskname=me\n", " cpu=0\n taskname=h\n release=R\n msgid=4\n"},
		{"all with userdata and release", " foo=bar\n cpu=99\n taskname=me\n", " cpu=1\n taskname=h\n release=R\n msgid=5\n"},
	}
	got, _ := show(t, out)
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
	for i, w := range want {
		_, user, sys := got[i].lines(t)
		if sys = strings.Replace(sys, "7.3.4+deb13-cloud-amd64", "R", 1); got[i].Text != w.text || user != w.userdata || sys != w.sysdata {
			t.Errorf("%q %q %q, want %q", got[i].Text, user, sys, w)
		}
	}
}

// captureOf makes a file of frames, 1 ms apart, of which the file has no more than
// snap bytes each.
func captureOf(t testing.TB, snap int, frames ...[]byte) string {
	t.Helper()
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 0xa1b2c3d4)
	b = le.AppendUint32(b, 4<<16|2)
	b = append(b, make([]byte, 8)...)
	b = le.AppendUint32(b, 1<<18)
	b = le.AppendUint32(b, uint32(frame.LinkEthernet))
	for i, f := range frames {
		kept := f[:min(len(f), snap)]
		for _, v := range []int{1e9, 1000 * i, len(kept), len(f)} {
			b = le.AppendUint32(b, uint32(v))
		}
		b = append(b, kept...)
	}
	path := filepath.Join(t.TempDir(), "made.pcap")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// datagram makes a frame to a port.
func datagram(t testing.TB, from string, port uint16, payload string) []byte {
	t.Helper()
	return datagramFrom(t, endpoint(from, 6665), port, payload)
}

const whole = 1 << 18

// TestReadPorts chooses among ports, which are apart even if a sender is the same.
func TestReadPorts(t *testing.T) {
	path := captureOf(t, whole,
		datagram(t, "fe80::a", 6666, record(0)),
		datagram(t, "fe80::a", 7777, record(0)),
		datagram(t, "fe80::a", 6666, record(2)),
		datagram(t, "fe80::a", 7777, record(1)),
		datagram(t, "fe80::a", 514, record(0)))
	tests := []struct {
		ports string
		want  string
	}{
		{"6666", "0 2 gap1 "},
		{"7777", "0 1 "},
		{"7777,514", "0 1 0 "},
		{"all", "0 0 1 0 2 gap1 "},
		{"9999", ""},
	}
	for _, tt := range tests {
		var out, diag bytes.Buffer
		args := []string{"netkmsg", "read", "--port", tt.ports, "-o", "json", path}
		if status := cli.Main(context.Background(), args, send.Streams{Out: &out, Err: &diag}); status != 0 {
			t.Errorf("port %s: exit status %d: %s", tt.ports, status, &diag)
		}
		records, notices := show(t, out.Bytes())
		var got strings.Builder
		for _, r := range records {
			fmt.Fprintf(&got, "%d ", *r.Seq)
		}
		for _, n := range notices {
			fmt.Fprintf(&got, "%s%d ", n.Notice, n.Count)
		}
		if sorted(got.String()) != sorted(tt.want) {
			t.Errorf("port %s: %q, want %q", tt.ports, got.String(), tt.want)
		}
	}
}

// TestReadCut has a capture with a snap length: what there is of a record is
// shown, and what is not is said.
func TestReadCut(t *testing.T) {
	whole := datagram(t, "192.0.2.1", 6666, record(0))
	out, diag, status := read("-o", "json", captureOf(t, len(whole)-4, whole))
	records, notices := show(t, out)
	if status != 0 || len(records) != 1 || len(notices) == 0 || notices[0].Notice != "truncated" {
		t.Fatalf("exit status %d, %s%s", status, out, diag)
	}
	if got := records[0].Text; !strings.HasPrefix(got, "recor[-- ") || len(records[0].Holes) != 1 {
		t.Errorf("%+v", records[0])
	}
}

// TestReadFragments puts IP fragments together, and counts those that it cannot.
func TestReadFragments(t *testing.T) {
	text := strings.Repeat("0123456789", 300)
	whole := datagram(t, "192.0.2.1", 6666, "6,1,1000,-;"+text+"\n")
	parts := fragments(whole, 1480)
	out, diag, status := read("-o", "json", captureOf(t, 1<<18, parts[2], parts[0], parts[1]))
	records, _ := show(t, out)
	if status != 0 || len(records) != 1 || records[0].Text != text {
		t.Fatalf("exit status %d, %s%s", status, out, diag)
	}
	out, diag, status = read("-o", "json", captureOf(t, 1<<18, parts[0], parts[2]))
	if status != 0 || len(out) > 0 || !strings.Contains(diag, "ip_fragments_missing=1") {
		t.Errorf("exit status %d, %s%s", status, out, diag)
	}
}

// fragments cuts an IPv4 packet.
func fragments(f []byte, size int) (parts [][]byte) {
	be := binary.BigEndian
	data := f[34:]
	for at := 0; at < len(data); at += size {
		n := min(size, len(data)-at)
		p := append(bytes.Clone(f[:34]), data[at:at+n]...)
		ip := p[14:34]
		be.PutUint16(ip[2:], uint16(20+n))
		more := uint16(0x2000)
		if at+n == len(data) {
			more = 0
		}
		be.PutUint16(ip[6:], more|uint16(at/8))
		be.PutUint16(ip[10:], 0)
		be.PutUint16(ip[10:], frame.Checksum(ip))
		parts = append(parts, p)
	}
	return parts
}

// TestVerify finds what is wrong with frames.
func TestVerify(t *testing.T) {
	good := datagram(t, "192.0.2.1", 6666, record(0))
	change := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 0x40
		return b
	}
	tests := []struct {
		name, path string
		status     int
		want       string
	}{
		{"good", captureOf(t, whole, good, good), 0, ""},
		{"payload", captureOf(t, whole, good, change(len(good)-1)), 1, "frame 2: parse frame: UDP Checksum"},
		{"header", captureOf(t, whole, change(22)), 1, "frame 1: parse frame: IPv4 Header Checksum"},
		{"length", captureOf(t, whole, change(39)), 1, "frame 1: parse frame: UDP Length"},
		{"snap", captureOf(t, 50, good), 1, fmt.Sprintf("frame 1: the capture has 50 of %d bytes", len(good))},
		{"padding", captureOf(t, whole, append(bytes.Clone(good), 1)), 0, "frame 1: parse frame: Ethernet Padding"},
	}
	for _, tt := range tests {
		out, diag, status := read("--verify", tt.path)
		if status != tt.status || !strings.Contains(string(out), tt.want) || tt.want == "" && len(out) > 0 {
			t.Errorf("%s: exit status %d, want %d; %s\nwant %s", tt.name, status, tt.status, out, tt.want)
		}
		if tt.status == 1 && !strings.Contains(diag, "\nnetkmsg: the capture has faulty frames: 1 of ") {
			t.Errorf("%s: %s", tt.name, diag)
		}
	}
}

// TestReadErrors has files that cannot be read, or not to their end. What comes
// before is shown.
func TestReadErrors(t *testing.T) {
	path := captureOf(t, whole, datagram(t, "fe80::a", 6666, record(0)), datagram(t, "fe80::a", 6666, record(1)))
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.pcap")
	if err := os.WriteFile(cut, b[:len(b)-3], 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		args    []string
		status  int
		want    string
		records int
	}{
		{"no file", nil, 2, "no FILE to read", 0},
		{"missing", []string{"/nonexistent/x.pcap"}, 1, "netkmsg: open capture file /nonexistent/x.pcap: no such file or directory\n", 0},
		{"cut", []string{cut}, 1, "netkmsg: read " + cut + ": packet 2 at byte ", 1},
		{"one of two", []string{"/nonexistent/x.pcap", path}, 1, "no such file", 2},
		{"both", []string{path, cut}, 1, "the file ends inside it", 2},
		{"port", []string{"--port", "70000", path}, 2, `--port "70000": want a number from 0 to 65535, or all`, 0},
		{"output", []string{"-o", "xml", path}, 2, `--output "xml": want text[:FILE], json`, 0},
		{"filter", []string{"--filter", "colour=red", path}, 2, "--filter: ", 0},
		{"names", []string{"--names", "/nonexistent/hosts", path}, 1, "--names: ", 0},
		{"flag", []string{"--frobnicate"}, 2, "unknown flag: --frobnicate (netkmsg read -h helps)", 0},
	}
	for _, tt := range tests {
		var out, diag bytes.Buffer
		args := append([]string{"netkmsg", "read"}, tt.args...)
		if !strings.Contains(strings.Join(args, " "), "-o") {
			args = append(args, "-o", "json")
		}
		status := cli.Main(context.Background(), args, send.Streams{Out: &out, Err: &diag})
		if status != tt.status || !strings.Contains(diag.String(), tt.want) {
			t.Errorf("%s: exit status %d, want %d; %s\nwant %s", tt.name, status, tt.status, &diag, tt.want)
		}
		if records, _ := show(t, out.Bytes()); len(records) != tt.records {
			t.Errorf("%s: %d records, want %d", tt.name, len(records), tt.records)
		}
	}
}

// TestReadStdin reads a compressed capture from standard input.
func TestReadStdin(t *testing.T) {
	path := captureOf(t, whole, datagram(t, "fe80::a", 6666, record(0)))
	in := gzipped(t, path)
	var out, diag bytes.Buffer
	status := cli.Main(context.Background(), []string{"netkmsg", "read", "-o", "json", "-"}, send.Streams{In: in, Out: &out, Err: &diag})
	if records, _ := show(t, out.Bytes()); status != 0 || len(records) != 1 {
		t.Errorf("exit status %d, %s%s", status, &out, &diag)
	}
}

// TestReadOutputs writes to several outputs, of which the capture gives the
// same records again.
func TestReadOutputs(t *testing.T) {
	dir := t.TempDir()
	path := captureOf(t, whole, datagram(t, "192.0.2.1", 6666, record(0)), datagram(t, "192.0.2.1", 6666, record(3)))
	args := []string{"-o", "json", "-o", "json:" + dir + "/x.json", "-o", "text:" + dir + "/x.txt", "-o", "files:" + dir + "/hosts", "-o", "pcap:" + dir + "/x.pcap"}
	out, diag, status := read(append(args, path)...)
	if status != 0 {
		t.Fatalf("exit status %d: %s", status, diag)
	}
	if b, err := os.ReadFile(dir + "/x.json"); err != nil || !bytes.Equal(b, out) {
		t.Errorf("json: %v\n%s", err, b)
	}
	for _, name := range []string{"/x.txt", "/hosts/192.0.2.1.log"} {
		b, err := os.ReadFile(dir + name)
		if err != nil || !strings.Contains(string(b), "record 3\n") || !strings.Contains(string(b), "2 records missing: 1–2") {
			t.Errorf("%s: %v\n%s", name, err, b)
		}
	}
	again, diag, status := read("-o", "json", dir+"/x.pcap")
	if status != 0 || !bytes.Equal(again, out) {
		t.Errorf("exit status %d: %s\n%s\nwant\n%s", status, diag, again, out)
	}
}

// TestReadPatient writes to a pager that takes its time. Nothing is left out.
func TestReadPatient(t *testing.T) {
	const n, size = 20_000, 600 // more than a queue and the writer's hands hold
	frames := make([][]byte, n)
	for i := range frames {
		frames[i] = datagram(t, "192.0.2.1", 6666, fmt.Sprintf("6,%d,%d,-;%0*d\n", i, i, size, i))
	}
	in := &watched{Reader: bytes.NewReader(fileBytes(t, captureOf(t, whole, frames...))), end: make(chan struct{})}
	out := &pager{begin: make(chan struct{})}
	var diag bytes.Buffer
	status := make(chan int)
	go func() {
		status <- cli.Main(context.Background(), []string{"netkmsg", "read", "-o", "json", "-"}, send.Streams{In: in, Out: out, Err: &diag})
	}()
	select {
	case <-in.end:
		t.Error("all is read before anything is taken")
	case <-time.After(300 * time.Millisecond): // as good as forever for what does not wait
	}
	close(out.begin)
	if s := <-status; s != 0 {
		t.Fatalf("exit status %d: %s", s, &diag)
	}
	records, notices := show(t, out.Bytes())
	if len(records) != n || len(notices) > 0 {
		t.Errorf("%d records, want %d; %v", len(records), n, notices)
	}
}

// watched tells when it is read to the end.
type watched struct {
	*bytes.Reader
	end chan struct{}
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	if err != nil {
		close(w.end)
	}
	return n, err
}

// pager takes nothing before it begins.
type pager struct {
	bytes.Buffer
	begin chan struct{}
}

func (p *pager) Write(b []byte) (int, error) {
	<-p.begin
	return p.Buffer.Write(b)
}

func fileBytes(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
