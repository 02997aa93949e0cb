package lastcrash

import (
	"bytes"
	"compress/flate"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var at = time.Date(2026, 11, 25, 3, 12, 0, 0, time.UTC)

func file(text string, later time.Duration) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(text), ModTime: at.Add(later), Mode: 0o400}
}

func deflated(s string) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 9)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func TestFind(t *testing.T) {
	type crash struct{ Origin, Reason, Text, Files string }
	for _, c := range []struct {
		name  string
		place Place
		want  []crash
		err   string
	}{
		{"nothing there", Place{"pstore", "/p", fstest.MapFS{}}, nil, ""},
		{"ramoops, one dump", Place{"pstore", "/p", fstest.MapFS{
			"dmesg-ramoops-0": file("Panic#1 Part1\n<6>[    1.0] a\n<0>[    2.0] b", 0),
		}}, []crash{{"pstore dmesg-ramoops-0", "Panic", "<6>[    1.0] a\n<0>[    2.0] b\n", "/p/dmesg-ramoops-0"}}, ""},
		{"ramoops keeps its own header", Place{"pstore", "/p", fstest.MapFS{
			"dmesg-ramoops-0": file("====1764040320.123456-D\nOops#1 Part1\n<6>x\n", 0),
		}}, []crash{{"pstore dmesg-ramoops-0", "Oops", "<6>x\n", "/p/dmesg-ramoops-0"}}, ""},
		{"an oops and the panic after it", Place{"pstore", "/p", fstest.MapFS{
			"dmesg-ramoops-1": file("Panic#2 Part1\n<6>second\n", time.Second),
			"dmesg-ramoops-0": file("Oops#1 Part1\n<6>first\n", 0),
		}}, []crash{{"pstore dmesg-ramoops-0", "Oops", "<6>first\n", "/p/dmesg-ramoops-0"},
			{"pstore dmesg-ramoops-1", "Panic", "<6>second\n", "/p/dmesg-ramoops-1"}}, ""},
		{"EFI, parts from the highest down, beyond nine", Place{"pstore", "/p", fstest.MapFS{
			"dmesg-efi_pstore-176404032001001": file("Panic#1 Part1\n<6>newest\n", 0),
			"dmesg-efi_pstore-176404032010001": file("Panic#1 Part10\n<6>oldest\n", 0),
			"dmesg-efi_pstore-176404032009001": file("Panic#1 Part9\n<6>older\n", 0),
		}}, []crash{{"pstore dmesg-efi_pstore-176404032001001", "Panic", "<6>oldest\n<6>older\n<6>newest\n",
			"/p/dmesg-efi_pstore-176404032010001 /p/dmesg-efi_pstore-176404032009001 /p/dmesg-efi_pstore-176404032001001"}}, ""},
		{"two panics of one count", Place{"pstore", "/p", fstest.MapFS{
			"dmesg-erst-1": file("Panic#1 Part1\n<6>a\n", 0),
			"dmesg-erst-2": file("Panic#1 Part1\n<6>b\n", time.Hour),
		}}, []crash{{"pstore dmesg-erst-1", "Panic", "<6>a\n", "/p/dmesg-erst-1"}, {"pstore dmesg-erst-2", "Panic", "<6>b\n", "/p/dmesg-erst-2"}}, ""},
		{"compressed", Place{"pstore", "/p", fstest.MapFS{
			"dmesg-nvram-7.enc.z": file(deflated("Panic#1 Part1\n<6>a\n"), 0),
		}}, []crash{{"pstore dmesg-nvram-7.enc.z", "Panic", "<6>a\n", "/p/dmesg-nvram-7.enc.z"}}, ""},
		{"compressed by something else", Place{"pstore", "/p", fstest.MapFS{
			"dmesg-nvram-7.enc.z": file("\xff\xff\xff\xff", 0),
			"dmesg-nvram-8":       file("Panic#1 Part1\n<6>b\n", 0),
		}}, []crash{{"pstore dmesg-nvram-8", "Panic", "<6>b\n", "/p/dmesg-nvram-8"}}, "read crash /p/dmesg-nvram-7.enc.z: not deflate"},
		{"systemd's archive, in folders", Place{"pstore", "/var/lib/systemd/pstore", fstest.MapFS{
			"1764040320/dmesg-ramoops-0":                   file("Panic#1 Part1\n<6>a\n", 0),
			"1764040320/001/dmesg-efi-176404032002001":     file("Panic#1 Part2\n<6>b\n", time.Hour),
			"1764040320/001/dmesg-efi-176404032001001":     file("Panic#1 Part1\n<6>c\n", time.Hour),
			"1764040320/001/dmesg.txt":                     file("joined already", time.Hour),
			"1764040320/001/ftrace-ramoops-0":              file("other", 0),
			"1764040320/001/somebody's notes on dmesg-x-1": file("other", 0),
		}}, []crash{{"pstore dmesg-ramoops-0", "Panic", "<6>a\n", "/var/lib/systemd/pstore/1764040320/dmesg-ramoops-0"},
			{"pstore dmesg-efi-176404032001001", "Panic", "<6>b\n<6>c\n",
				"/var/lib/systemd/pstore/1764040320/001/dmesg-efi-176404032002001 /var/lib/systemd/pstore/1764040320/001/dmesg-efi-176404032001001"}}, ""},
		{"the console's log alone", Place{"pstore", "/p", fstest.MapFS{
			"console-ramoops-0": file("[    1.0] hangs\n", 0),
		}}, []crash{{"pstore console-ramoops-0", "", "[    1.0] hangs\n", "/p/console-ramoops-0"}}, ""},
		{"the console's log beside a dump", Place{"pstore", "/p", fstest.MapFS{
			"console-ramoops-0": file("[    1.0] a\n", 0),
			"dmesg-ramoops-0":   file("Panic#1 Part1\n<6>[    1.0] a\n", 0),
		}}, []crash{{"pstore dmesg-ramoops-0", "Panic", "<6>[    1.0] a\n", "/p/dmesg-ramoops-0"}}, ""},
		{"kdump", Place{"kdump", "/var/crash", fstest.MapFS{
			"202611250312/dmesg.202611250312":       file("[    1.0] a\n", 0),
			"127.0.0.1-2026-11-25/vmcore-dmesg.txt": file("[    1.0] b\n", time.Hour),
			"202611250312/dump.202611250312":        file("not a log", 0),
			"127.0.0.1-2026-11-25/kexec-dmesg.log":  file("the other kernel's", 0),
		}}, []crash{{"kdump 202611250312/dmesg.202611250312", "", "[    1.0] a\n", "/var/crash/202611250312/dmesg.202611250312"},
			{"kdump 127.0.0.1-2026-11-25/vmcore-dmesg.txt", "", "[    1.0] b\n", "/var/crash/127.0.0.1-2026-11-25/vmcore-dmesg.txt"}}, ""},
	} {
		got, err := Find([]Place{c.place})
		if said := errText(err); !strings.HasPrefix(said, c.err) || (said == "") != (c.err == "") {
			t.Errorf("%s: error %q, want %q", c.name, said, c.err)
		}
		var list []crash
		for _, g := range got {
			list = append(list, crash{g.Origin, g.Reason, string(g.Text), strings.Join(g.Files, " ")})
		}
		if d := cmp.Diff(c.want, list); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func FuzzFind(f *testing.F) {
	f.Add("dmesg-ramoops-0", []byte("Panic#1 Part1\n<6>[    1.0] a\n"), "dmesg-efi-176404032002001.enc.z", []byte(deflated("Oops#3 Part2\nx")))
	f.Fuzz(func(t *testing.T, a string, x []byte, b string, y []byte) {
		fsys := fstest.MapFS{"d/" + strings.ReplaceAll(a, "/", "_"): {Data: x}, "e/" + strings.ReplaceAll(b, "/", "_"): {Data: y}}
		crashes, _ := Find([]Place{{"pstore", "/p", fsys}})
		if len(crashes) > 2 {
			t.Fatalf("%d crashes of 2 files", len(crashes))
		}
		s := NewSource(crashes, true)
		for seq := uint64(0); ; seq++ {
			r, ok, err := s.TryNext()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				return
			}
			if r.Seq != seq || !bytes.Contains(r.Dict, []byte("NETKMSG_ORIGIN=")) {
				t.Fatalf("record %d: %q", seq, r.Raw)
			}
		}
	})
}
