package pcap_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"netkmsg/frame/pcap"
)

// FuzzReader holds the reader to its word on any input: it ends, gives nothing that is not there, says the end of a
// cut file apart from that of a whole one, and what it gives can be written and read again.
func FuzzReader(f *testing.F) {
	le, be := binary.LittleEndian, binary.BigEndian
	classic := append(classicHeader(le, 0xa1b2c3d4, 65535, 1), classicPacket(le, 1, 2, 14, 14)...)
	ng := bytes.Join([][]byte{
		ngSection(be, 1, 0, ngOption(be, 1, []byte("c"))),
		ngInterface(be, 1, 96, ngOption(be, 9, []byte{9}), ngOption(be, 14, make([]byte, 8)), ngOption(be, 0, nil)),
		ngPacket(be, 0, 12345, []byte("packet"), 60),
		ngSimple(be, 5, []byte("plain")),
		ngObsolete(be, 0, 7, []byte("old"), 3),
		ngBlock(be, 5, make([]byte, 12)),
	}, nil)
	for _, seed := range [][]byte{classic, append(classicHeader(be, 0xa1b23c4d, 0, 276), classicPacket(be, 1, 2, 3, 4)...), ng, append(bytes.Clone(ng), ng...), zip(classic), zip(ng)} {
		f.Add(seed)
		f.Add(seed[:len(seed)-3])
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := pcap.NewReader(bytes.NewReader(in))
		if err != nil {
			return
		}
		var ps []pcap.Packet
		total := 0
		for len(ps) < 10000 && total < 1<<24 { // gzip can hold far more than it is long
			var p pcap.Packet
			if p, err = r.Next(); err != nil {
				break
			}
			total += len(p.Data)
			ps = append(ps, p)
		}
		if err == nil {
			return
		}
		if _, again := r.Next(); again != err {
			t.Errorf("error %v, then %v", err, again)
		}
		if in[0] != 0x1f {
			if total > len(in) {
				t.Errorf("%d bytes out of a file of %d", total, len(in))
			}
			// One byte less, and the end is a clean one no more.
			if err == io.EOF && len(ps) > 0 {
				prefix(t, in[:len(in)-1], len(ps))
			}
		}
		var out bytes.Buffer
		w, werr := pcap.Create("-", pcap.Options{Stdout: &out})
		if werr != nil {
			t.Fatal(werr)
		}
		var want []pcap.Packet
		for _, p := range ps {
			if w.Write(p.Time, p.Data) == nil {
				p.Length, p.LinkType = len(p.Data), 1
				want = append(want, p)
			}
		}
		back, rerr := pcap.NewReader(&out)
		if rerr != nil {
			t.Fatal(rerr)
		}
		check(t, drain(t, back), want)
	})
}

// prefix reads a file that lacks its last byte: at most one packet may be missing, and the cut must be told.
func prefix(t *testing.T, in []byte, n int) {
	r, err := pcap.NewReader(bytes.NewReader(in))
	if err != nil {
		t.Fatalf("header is gone with the last byte: %v", err)
	}
	got := 0
	for ; err == nil; got++ {
		_, err = r.Next()
	}
	if got--; got < n-1 {
		t.Errorf("%d packets are left of %d without the last byte", got, n)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("without the last byte: %v", err)
	}
}
