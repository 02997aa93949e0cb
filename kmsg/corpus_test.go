package kmsg_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"netkmsg/internal/corpus"
	"netkmsg/kmsg"
)

// formatOf is how the flow's target formats.
func formatOf(t *testing.T, f corpus.Flow) kmsg.Format {
	out := kmsg.Format{Extended: f.Format == "extended", NoTime: !f.Timed(), Syslog: f.ConsoleMsgFormat == "syslog"}
	if strings.HasPrefix(f.Config, "+r") {
		out.Release = f.Kernel
	}
	for _, s := range f.Userdata {
		u, err := kmsg.ParseUserdata(string(s))
		if err != nil {
			t.Fatal(err)
		}
		out.Userdata = append(out.Userdata, u)
	}
	return out
}

// TestCorpusFlows reproduces what real kernels sent. The flows in testdata are
// parts of the corpus's cases that the flows in ../testdata do not cover.
func TestCorpusFlows(t *testing.T) {
	for pattern, least := range map[string]int{"../testdata/flows/*": 100, "testdata/flows/*": 6} {
		dirs, err := filepath.Glob(pattern)
		if err != nil || len(dirs) < least {
			t.Fatalf("%d flows in %s (%v), want at least %d", len(dirs), pattern, err, least)
		}
		payloads := 0
		for _, dir := range dirs {
			t.Run(filepath.Base(dir), func(t *testing.T) {
				f, records, want := readFlow(t, dir)
				got, n := send(t, bytes.NewReader(records), formatOf(t, f))
				if n != f.Records {
					t.Errorf("%d records read, flow.json says %d", n, f.Records)
				}
				comparePayloads(t, got, want)
				payloads += len(want)
			})
		}
		t.Logf("%s: %d payloads of %d flows", pattern, payloads, len(dirs))
	}
}

// In the case drop-basic the kernel's log lost 109 records before the first of
// these.
func TestCorpusDropBasic(t *testing.T) {
	fl, records, want := readFlow(t, "testdata/drop-basic")
	f, err := kmsg.NewFormatter(formatOf(t, fl))
	if err != nil {
		t.Fatal(err)
	}
	f.BeginLoss(kmsg.Loss{Count: 109, First: 363, Last: 471})
	if got := datagrams(f); got != nil {
		t.Errorf("%q", got)
	}
	var got [][]byte
	s := kmsg.NewScanner(bytes.NewReader(records), kmsg.ScanOptions{})
	for {
		r, err := s.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Begin(r)
		got = append(got, datagrams(f)...)
	}
	comparePayloads(t, got, want)
}

func readFlow(t *testing.T, dir string) (f corpus.Flow, records []byte, payloads [][]byte) {
	t.Helper()
	f, err := corpus.ReadFlow(dir)
	if err != nil {
		t.Fatal(err)
	}
	payloads = udpPayloads(t, filepath.Join(dir, "frames.pcap"))
	if len(payloads) != f.Frames {
		t.Fatalf("%d frames in the capture, flow.json says %d", len(payloads), f.Frames)
	}
	return f, readFile(t, filepath.Join(dir, "records.kmsg")), payloads
}

// send reads all records and returns the payloads for them.
func send(t *testing.T, r io.Reader, format kmsg.Format) (payloads [][]byte, records int) {
	t.Helper()
	f, err := kmsg.NewFormatter(format)
	if err != nil {
		t.Fatal(err)
	}
	s := kmsg.NewScanner(r, kmsg.ScanOptions{Name: "records.kmsg"})
	for ; ; records++ {
		r, err := s.Next()
		if errors.Is(err, io.EOF) {
			return payloads, records
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Begin(r)
		payloads = append(payloads, datagrams(f)...)
	}
}

// datagrams returns copies of what f.Next yields.
func datagrams(f *kmsg.Formatter) [][]byte {
	var list [][]byte
	for b, ok := f.Next(nil); ok; b, ok = f.Next(nil) {
		list = append(list, b)
	}
	return list
}

func comparePayloads(t *testing.T, got, want [][]byte) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Fatalf("payload %d is missing: %.120q", i, want[i])
		case i >= len(want):
			t.Fatalf("payload %d is not the kernel's: %.120q", i, got[i])
		case !bytes.Equal(got[i], want[i]):
			t.Fatalf("payload %d (%d bytes, want %d)\n got %q\nwant %q", i, len(got[i]), len(want[i]), got[i], want[i])
		}
	}
}

func udpPayloads(t *testing.T, path string) [][]byte {
	t.Helper()
	r, err := pcapgo.NewReader(bytes.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	var list [][]byte
	for {
		frame, _, err := r.ReadPacketData()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		p := gopacket.NewPacket(frame, layers.LayerTypeEthernet, gopacket.Default)
		udp, ok := p.Layer(layers.LayerTypeUDP).(*layers.UDP)
		if !ok {
			t.Fatalf("frame %d is not UDP", len(list))
		}
		list = append(list, udp.Payload)
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
