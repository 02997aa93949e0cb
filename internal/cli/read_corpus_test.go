package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/cli"
	"netkmsg/internal/corpus"
	"netkmsg/internal/send"
	"netkmsg/kmsg"
)

// read runs netkmsg read.
func read(args ...string) (stdout []byte, stderr string, status int) {
	var out, diag bytes.Buffer
	args = append([]string{"netkmsg", "read", "--port", "all"}, args...)
	status = cli.Main(context.Background(), args, send.Streams{Out: &out, Err: &diag})
	return out.Bytes(), diag.String(), status
}

// TestReadCorpus reads what real kernels sent and wants the records that the
// kernels had, bit for bit, and nothing wrong with the frames.
func TestReadCorpus(t *testing.T) {
	for pattern, least := range map[string]int{"../../testdata/flows/*": 136, "../../kmsg/testdata/flows/*": 6} {
		dirs, err := filepath.Glob(pattern)
		if err != nil || len(dirs) < least {
			t.Fatalf("%d flows in %s (%v), want at least %d", len(dirs), pattern, err, least)
		}
		for _, dir := range dirs {
			t.Run(filepath.Base(dir), func(t *testing.T) { testReadFlow(t, dir) })
		}
	}
}

func testReadFlow(t *testing.T, dir string) {
	f, err := corpus.ReadFlow(dir)
	if err != nil {
		t.Fatal(err)
	}
	capture := filepath.Join(dir, "frames.pcap")
	out, diag, status := read("-o", "json", capture)
	if status != 0 {
		t.Fatalf("exit status %d: %s", status, diag)
	}
	if out, diag, status := read("--verify", capture); status != 0 || len(out) > 0 {
		t.Errorf("--verify: exit status %d, %s%s", status, out, diag)
	}
	got, notices := show(t, out)
	want := scanned(t, filepath.Join(dir, "records.kmsg"))
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
	basic := f.Format == "basic"
	var extended map[uint64]string
	if !basic {
		extended = bodies(t, f, capture)
	}
	missing := uint64(0)
	for _, n := range notices {
		if n.Notice != "gap" {
			t.Errorf("notice %+v", n)
		}
		missing += n.Count
	}
	for i, r := range want {
		if basic {
			compareBasic(t, f, got[i], r)
		} else {
			compareExtended(t, f, got[i], r, extended[r.Seq])
		}
	}
	if n := len(want); len(extended) > 0 && missing != want[n-1].Seq-want[0].Seq+1-uint64(n) {
		t.Errorf("%d announced missing", missing)
	}
}

func scanned(t testing.TB, path string) (list []kmsg.Record) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := kmsg.NewScanner(bytes.NewReader(b), kmsg.ScanOptions{})
	for {
		r, err := s.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err == nil {
			r, err = kmsg.Parse(bytes.Clone(r.Raw))
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
}

// bodies returns what stands behind the headers, of all fragments of a number
// together.
func bodies(t *testing.T, f corpus.Flow, capture string) map[uint64]string {
	t.Helper()
	all := map[uint64]string{}
	for _, b := range frames(t, capture) {
		p, err := frame.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		header, body, _ := strings.Cut(string(p.Payload), ";")
		if strings.HasPrefix(f.Config, "+r") {
			_, header, _ = strings.Cut(header, ",")
		}
		var priority, seq uint64
		if _, err := fmt.Sscanf(header, "%d,%d,", &priority, &seq); err != nil {
			t.Fatalf("header %q: %v", header, err)
		}
		all[seq] += body
	}
	return all
}

func compareBasic(t *testing.T, f corpus.Flow, got shown, want kmsg.Record) {
	t.Helper()
	timed := f.PrintkTime == nil || *f.PrintkTime
	text := strings.TrimSuffix(string(want.AppendText(nil)), "\n")
	switch {
	case got.Format != "basic" || got.Seq != nil || got.Flag != nil:
		t.Errorf("%+v", got)
	case got.text() != text:
		t.Errorf("text %q, want %q", got.text(), text)
	case timed != (got.Usec != nil) || timed && *got.Usec != want.Usec:
		t.Errorf("usec %v, want %d", got.Usec, want.Usec)
	case f.ConsoleMsgFormat == "syslog" != (got.Level != nil):
		t.Errorf("level %v", got.Level)
	case got.Level != nil && (*got.Level != want.Level() || *got.Facility != want.Facility()):
		t.Errorf("level %d, facility %d, want %d, %d", *got.Level, *got.Facility, want.Level(), want.Facility())
	}
}

func compareExtended(t *testing.T, f corpus.Flow, got shown, want kmsg.Record, body string) {
	t.Helper()
	if got.Format != "extended" || got.Late || got.Holes != nil || got.Malformed != "" {
		t.Fatalf("%+v", got)
	}
	if *got.Seq != want.Seq || *got.Usec != want.Usec || *got.Level != want.Level() || *got.Facility != want.Facility() || *got.Flag != string(want.Flag) {
		t.Errorf("%d %d %d %d %s, want %d %d %d %d %c", *got.Seq, *got.Usec, *got.Level, *got.Facility, *got.Flag,
			want.Seq, want.Usec, want.Level(), want.Facility(), want.Flag)
	}
	if text := string(want.AppendText(nil)); got.text() != text {
		t.Errorf("text %q, want %q", got.text(), text)
	}
	release := ""
	if strings.HasPrefix(f.Config, "+r") {
		release = f.Kernel
	}
	if got.Release != release {
		t.Errorf("release %q, want %q", got.Release, release)
	}
	var userdata strings.Builder
	for _, u := range f.Userdata {
		if !strings.HasSuffix(string(u), "=") {
			fmt.Fprintf(&userdata, " %s\n", u)
		}
	}
	_, own, _ := bytes.Cut(want.Raw, []byte(";"))
	sysdata := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(body, string(own)), "\n"), userdata.String())
	dict, user, sys := got.lines(t)
	if want := string(kmsg.AppendUnescaped(nil, want.Dict)); dict != want {
		t.Errorf("dictionary %q, want %q", dict, want)
	}
	if user != userdata.String() {
		t.Errorf("userdata %q, want %q", user, userdata.String())
	}
	if sys != sysdata {
		t.Errorf("sysdata %q, want %q", sys, sysdata)
	}
}
