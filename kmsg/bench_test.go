package kmsg

import (
	"strings"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	for name, record := range map[string]string{
		"plain":      "6,664,47750659,-;netconsole: netconsole: local port 6665\n",
		"dictionary": "6,535,47373414,-;pci 0000:00:11.0: BAR 0 [io  0xc0e0-0xc0ff]\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n",
	} {
		b.Run(name, func(b *testing.B) {
			in := []byte(record)
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFormat(b *testing.B) {
	short := "6,664,47750659,-;" + strings.Repeat("x", 100) + "\n"
	lines := "6,664,47750659,-;" + strings.Repeat(strings.Repeat("x", 40)+`\x0a`, 10) + "\n"
	long := "6,664,47750659,-;" + strings.Repeat("x", 1000) + "\n"
	for _, bb := range []struct {
		name   string
		f      Format
		record string
	}{
		{"basic", Format{}, short},
		{"basic lines", Format{}, lines},
		{"extended", Format{Extended: true, Release: "7.3.4"}, short},
		{"fragmented", Format{Extended: true, Release: "7.3.4", Userdata: []Userdata{{"key", strings.Repeat("v", 199)}}}, long},
	} {
		b.Run(bb.name, func(b *testing.B) {
			f := newFormatter(b, bb.f)
			r := parse(b, bb.record)
			buf := make([]byte, 0, ChunkMax)
			b.ReportAllocs()
			for b.Loop() {
				f.Begin(r)
				for _, ok := f.Next(buf); ok; _, ok = f.Next(buf) {
				}
			}
		})
	}
}

func BenchmarkScanner(b *testing.B) {
	for name, line := range map[string]string{
		"kmsg": "6,664,47750659,-;netconsole: netconsole: local port 6665\n",
		"text": "<6>[   47.750659] netconsole: netconsole: local port 6665\n",
	} {
		b.Run(name, func(b *testing.B) {
			in := strings.Repeat(line, 1000)
			r := strings.NewReader(in)
			s := NewScanner(r, ScanOptions{})
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			for b.Loop() {
				if r.Len() == 0 {
					r.Reset(in)
				}
				if _, err := s.Next(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
