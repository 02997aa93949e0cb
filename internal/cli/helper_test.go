package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/frame/pcap"
)

// frames reads a capture file.
func frames(t testing.TB, path string) [][]byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return framesOf(t, f)
}

func framesOf(t testing.TB, from io.Reader) (fs [][]byte) {
	t.Helper()
	r, err := pcap.NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			return fs
		}
		if err != nil {
			t.Fatal(err)
		}
		fs = append(fs, bytes.Clone(p.Data))
	}
}

// payloads takes the frames of a capture apart.
func payloads(t testing.TB, from io.Reader) (ps []string) {
	t.Helper()
	for i, b := range framesOf(t, from) {
		f, err := frame.Parse(b)
		if err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		ps = append(ps, string(f.Payload))
	}
	return ps
}

// record is one in /dev/kmsg's form, which is also its extended payload.
func record(i int) string { return fmt.Sprintf("6,%d,%d,-;record %d\n", i, 1000*i, i) }

func records(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(record(i))
	}
	return b.String()
}
