package frame_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/gopacket/pcapgo"

	"netkmsg/frame"
)

// corpus calls f with every frame that real kernels were seen to send.
func corpus(tb testing.TB, f func(flow string, number int, b []byte)) {
	tb.Helper()
	files, err := filepath.Glob("../testdata/flows/*/frames.pcap")
	if err != nil {
		tb.Fatal(err)
	}
	if len(files) == 0 {
		tb.Fatal("no flows in ../testdata/flows")
	}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			tb.Fatal(err)
		}
		defer file.Close()
		r, err := pcapgo.NewReader(file)
		if err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		for n := 1; ; n++ {
			b, _, err := r.ReadPacketData()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				tb.Fatalf("%s, frame %d: %v", name, n, err)
			}
			f(filepath.Base(filepath.Dir(name)), n, b)
		}
	}
}

// Every frame of the kernel's is taken apart and built again, bit for bit.
func TestCorpus(t *testing.T) {
	count := map[bool]int{}
	corpus(t, func(flow string, n int, b []byte) {
		f, err := frame.Parse(b)
		if err != nil {
			t.Errorf("%s, frame %d: %v", flow, n, err)
			return
		}
		count[f.IsIPv4()]++
		if len(f.Padding) > 0 || len(f.Extensions) > 0 || f.TrafficClass != 0 || f.FlowLabel != 0 || f.DontFragment {
			t.Errorf("%s, frame %d: not what the specification says: %+v", flow, n, f)
		}
		// The defaults are the kernel's values.
		h := f.Header()
		if h.HopLimit != normal(frame.Header{Source: h.Source}).HopLimit {
			t.Errorf("%s, frame %d: hop limit %d", flow, n, h.HopLimit)
		}
		h.HopLimit = 0
		tpl, err := h.Template()
		if err != nil {
			t.Errorf("%s, frame %d: %v", flow, n, err)
			return
		}
		tpl.SetID(f.ID)
		got, err := tpl.Append(nil, f.Payload)
		if err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s, frame %d: %v\n got %x\nwant %x", flow, n, err, got, b)
		}
	})
	if count[true] == 0 || count[false] == 0 {
		t.Errorf("%d frames of IPv4 and %d of IPv6: want some of each", count[true], count[false])
	}
	t.Logf("%d frames of IPv4, %d of IPv6", count[true], count[false])
}
