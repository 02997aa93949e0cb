package cli_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"netkmsg/frame"
)

func endpoint(addr string, port uint16) frame.Endpoint {
	return frame.Endpoint{MAC: frame.MAC{2, 0, 0, 0, 0, 0x0a}, Addr: netip.MustParseAddr(addr), Port: port}
}

// target4 and target6 are where datagrams go to, by default.
var target4, target6 = netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("fe80::b")

// datagramFrom makes a frame that goes to a port of B.
func datagramFrom(t testing.TB, from frame.Endpoint, port uint16, payload string) []byte {
	t.Helper()
	to := frame.Endpoint{MAC: frame.MAC{2, 0, 0, 0, 0, 0x0b}, Addr: target6, Port: port}
	if from.Addr.Is4() {
		to.Addr = target4
	}
	tmpl, err := frame.Header{Source: from, Target: to}.Template()
	if err != nil {
		t.Fatal(err)
	}
	f, err := tmpl.Append(nil, []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func sorted(words string) string {
	list := strings.Fields(words)
	slices.Sort(list)
	return strings.Join(list, " ")
}

func gzipped(t testing.TB, path string) io.Reader {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return &out
}
