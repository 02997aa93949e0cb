package output

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

// flow is a flow of the corpus of real kernels' frames.
type flow struct {
	corpus.Flow
	records  []kmsg.Record
	payloads [][]byte
}

func readFlow(t *testing.T, dir string) (f flow) {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var err error
	if f.Flow, err = corpus.ReadFlow(dir); err != nil {
		t.Fatal(err)
	}
	s := kmsg.NewScanner(bytes.NewReader(read("records.kmsg")), kmsg.ScanOptions{})
	for {
		r, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		r, err = kmsg.Parse(bytes.Clone(r.Raw))
		if err != nil {
			t.Fatal(err)
		}
		f.records = append(f.records, r)
	}
	f.payloads = udpPayloads(t, read("frames.pcap"))
	if len(f.payloads) != f.Frames {
		t.Fatalf("%d frames, flow.json says %d", len(f.payloads), f.Frames)
	}
	return f
}

func udpPayloads(t *testing.T, capture []byte) (list [][]byte) {
	t.Helper()
	r, err := pcapgo.NewReader(bytes.NewReader(capture))
	if err != nil {
		t.Fatal(err)
	}
	for {
		frame, _, err := r.ReadPacketData()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		udp, ok := gopacket.NewPacket(frame, layers.LayerTypeEthernet, gopacket.Default).Layer(layers.LayerTypeUDP).(*layers.UDP)
		if !ok {
			t.Fatalf("frame %d is not UDP", len(list))
		}
		list = append(list, udp.Payload)
	}
}

// text is what the record says, as the flow's format carries it: lines of the
// basic format that end a record with a newline are the same without.
func (f flow) text(r kmsg.Record) []byte {
	b := r.AppendText(nil)
	if f.Format == "basic" {
		return []byte(strings.TrimSuffix(string(b), "\n"))
	}
	return b
}
