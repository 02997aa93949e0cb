package pcap_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/pcap"
)

// TestAppendAfterKill cuts a capture at every byte, as a killed writer may leave it, and goes on from there.
func TestAppendAfterKill(t *testing.T) {
	frames := [][]byte{ethernet(3), ethernet(0), ethernet(9)}
	for _, c := range []struct {
		name string
		ends []int // where header, first, second, third packet end
	}{
		{"a.pcap", []int{24, 57, 87, 126}},
		{"a.pcapng", []int{76, 76 + 52, 76 + 52 + 48, 76 + 52 + 48 + 56}},
	} {
		t.Run(c.name, func(t *testing.T) {
			whole := contents(t, write(t, c.name, frames...))
			if len(whole) != c.ends[3] {
				t.Fatalf("file of %d bytes, want %d", len(whole), c.ends[3])
			}
			path := filepath.Join(t.TempDir(), c.name)
			for cut := c.ends[0]; cut <= len(whole); cut++ {
				if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
					t.Fatal(err)
				}
				kept := 0
				for kept < 3 && c.ends[kept+1] <= cut {
					kept++
				}
				w := create(t, path, pcap.Options{Append: true})
				if got, want := w.Trimmed(), int64(cut-c.ends[kept]); got != want {
					t.Errorf("cut at %d: trimmed %d bytes, want %d", cut, got, want)
				}
				if w.Packets() != kept {
					t.Errorf("cut at %d: %d packets kept, want %d", cut, w.Packets(), kept)
				}
				for i := kept; i < len(frames); i++ {
					if err := w.Write(at(i), frames[i]); err != nil {
						t.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
				if got := contents(t, path); strings.HasSuffix(c.name, ".pcap") && !bytes.Equal(got, whole) {
					t.Fatalf("cut at %d: the file is not as if never interrupted:\n% x\n% x", cut, got, whole)
				}
				got := readAll(t, path)
				if len(got) != 3 {
					t.Fatalf("cut at %d: %d packets, want 3", cut, len(got))
				}
				for i, p := range got {
					if !p.Time.Equal(at(i)) || !bytes.Equal(p.Data, frames[i]) {
						t.Errorf("cut at %d: packet %d: %+v", cut, i, p)
					}
				}
			}
		})
	}
}

// TestAppendNew continues what is not there yet.
func TestAppendNew(t *testing.T) {
	for _, name := range []string{"new.pcap", "new.pcapng"} {
		path := filepath.Join(t.TempDir(), name)
		for i := range 3 {
			w := create(t, path, pcap.Options{Append: true})
			if err := w.Write(at(i), ethernet(i)); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if got := readAll(t, path); len(got) != 3 {
			t.Errorf("%s: %d packets after three runs, want 3", name, len(got))
		}
	}
}

// TestAppendKeeps sees the resolution and the snap length of the existing file kept.
func TestAppendKeeps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcapng") // what the file holds counts, not its name
	old := append(classicHeader(binary.LittleEndian, 0xa1b2c3d4, 20, 1), classicPacket(binary.LittleEndian, 1, 2, 5, 5)...)
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	w := create(t, path, pcap.Options{Append: true})
	if err := w.Write(at(0), ethernet(50)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	got := readAll(t, path)
	if len(got) != 2 || len(got[1].Data) != 20 || got[1].Length != 64 || got[1].Time.Nanosecond() != 123456000 {
		t.Errorf("got %+v", got)
	}
}

func TestAppendRefuses(t *testing.T) {
	good := contents(t, write(t, "a.pcap", ethernet(1), ethernet(2)))
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(good)
	z.Close()
	damaged := bytes.Clone(good)
	binary.LittleEndian.PutUint32(damaged[24+8:], 1<<31)
	sll := ngSection(binary.LittleEndian, 1, 0)
	sll = append(sll, ngInterface(binary.LittleEndian, 276, 0)...)
	mixed := append(ngSection(binary.LittleEndian, 1, 0), ngInterface(binary.LittleEndian, 1, 0)...)
	mixed = append(mixed, ngInterface(binary.LittleEndian, 276, 0)...)
	mixed = append(mixed, ngPacket(binary.LittleEndian, 1, 0, []byte("abc"), 3)...)
	for _, c := range []struct {
		name string
		old  []byte
		want string
	}{
		{"text", []byte("hello, world"), "cannot append: not a capture file: it starts with 68 65 6c 6c, which is neither pcap nor pcapng (--force overwrites the file)"},
		{"header cut", good[:20], "cannot append: read capture header: unexpected EOF (--force overwrites the file)"},
		{"gzip", zipped.Bytes(), "cannot append to a gzip file (gunzip it, or write to another file)"},
		{"big-endian", classicHeader(binary.BigEndian, 0xa1b2c3d4, 0, 1), "cannot append: the file is big-endian (convert it with editcap, or write to another file)"},
		{"big-endian pcapng", append(ngSection(binary.BigEndian, 1, 0), ngInterface(binary.BigEndian, 1, 0)...), "cannot append: the file is big-endian (convert it with editcap, or write to another file)"},
		{"link type", classicHeader(binary.LittleEndian, 0xa1b23c4d, 0, 276), "cannot append Ethernet frames: the file has link type 276 (write to another file)"},
		{"link type in pcapng", sll, "cannot append Ethernet frames: the file has link type 276 (write to another file)"},
		{"mixed link types", mixed, "cannot append Ethernet frames: packet 1 has link type 276 (write to another file)"},
		{"damaged", damaged, "cannot append: read capture: packet 1 at byte 24: claims 2147483648 captured bytes, more than the 262144 that any tool writes: the file is damaged here (--force overwrites the file)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.pcap")
			if err := os.WriteFile(path, c.old, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := pcap.Create(path, pcap.Options{Append: true})
			if want := "create capture file " + path + ": " + c.want; err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			if !bytes.Equal(contents(t, path), c.old) {
				t.Error("the refused file was changed")
			}
		})
	}
}
