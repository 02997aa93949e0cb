package cli_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/cli"
	"netkmsg/internal/corpus"
	"netkmsg/internal/send"
)

// args is the command line for a flow.
func args(f corpus.Flow, dir, out string) []string {
	args := []string{"netkmsg", "send", "--from", filepath.Join(dir, "records.kmsg"), "--no-follow",
		"--no-wire", "--pcap", out, "--source-mac", f.SourceMAC, "--release", f.Kernel}
	for _, u := range f.Userdata {
		args = append(args, "--userdata", string(u))
	}
	if !f.Timed() {
		args = append(args, "--printk-time=false")
	}
	if f.ConsoleMsgFormat == "syslog" {
		args = append(args, "--console-msg-format", "syslog")
	}
	return append(args, f.Config)
}

// TestCorpus reproduces, through the command, every frame that a real kernel
// sent, bit for bit.
func TestCorpus(t *testing.T) {
	dirs, err := filepath.Glob("../../testdata/flows/*")
	if err != nil || len(dirs) < 136 {
		t.Fatalf("found %d flows, want 136 or more (%v)", len(dirs), err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) { testFlow(t, dir) })
	}
}

func testFlow(t *testing.T, dir string) {
	f, err := corpus.ReadFlow(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.pcap")
	want := frames(t, filepath.Join(dir, "frames.pcap"))
	args := append(args(f, dir, out), "--ipv4-id", renumber(want))
	var stderr bytes.Buffer
	if code := cli.Main(context.Background(), args, send.Streams{Out: io.Discard, Err: &stderr}); code != 0 {
		t.Fatalf("exit status %d\n%s\n%s", code, strings.Join(args, " "), &stderr)
	}
	got := frames(t, out)
	for i := range min(len(got), len(want)) {
		if d := frametest.Diff(want[i], got[i]); d != "" {
			t.Fatalf("%s\nframe %d differs:\n%s", f.About, i+1, d)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d frames, the kernel sent %d", len(got), len(want))
	}
}

// renumber returns the first frame's IPv4 identification and counts the others
// on from it: the kernel's counter is shared with targets outside the flow.
func renumber(fs [][]byte) string {
	be := binary.BigEndian
	first := uint16(1)
	for i, f := range fs {
		if be.Uint16(f[12:]) != 0x0800 {
			break
		}
		ip := f[14:34]
		if i == 0 {
			first = be.Uint16(ip[4:])
		}
		be.PutUint16(ip[4:], first+uint16(i))
		sum := uint32(0)
		for k := 0; k < len(ip); k += 2 {
			if k != 10 {
				sum += uint32(be.Uint16(ip[k:]))
			}
		}
		for sum > 0xffff {
			sum = sum>>16 + sum&0xffff
		}
		be.PutUint16(ip[10:], ^uint16(sum))
	}
	return strconv.Itoa(int(first))
}
