package cli_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

// TestCraftReplay has a capture arrive as it is, and rewritten with checksums
// that are right, faster and slower; and what --no-wire keeps is that too.
func TestCraftReplay(t *testing.T) {
	p := craftPair(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "made.pcap")
	if _, diag, status := crafted("", strings.Fields("--vlan 7 --payload-size 0-30 --hop-by-hop pad --rate 10k/s --pcap "+path)...); status != 0 {
		t.Fatal(diag)
	}
	want := frames(t, path)
	capture := p.B.Capture(t)
	c := craftCmd(t, p.A, "-i", p.A.Name(), "--replay", path, "--speed", "0.5").run(0)
	if !strings.Contains(c.diag.String(), "31 frames sent") {
		t.Errorf("%s", c.diag)
	}
	for _, f := range want {
		capture.Expect(limit, f)
	}

	kept := filepath.Join(dir, "kept.pcap")
	args := strings.Fields("--vlan ad/9,8 --dst-mac 02:00:00:00:00:0b --src-mac own --dst-ip 2001:db8::7 --dport 99 --loops 2")
	args = append(args, "-i", p.A.Name(), "--replay", path)
	craftCmd(t, p.A, append(args, "--no-wire", "--pcap", kept)...).run(0)
	craftCmd(t, p.A, append(args, "--rate", "max")...).run(0)
	again := frames(t, kept)
	if len(again) != 2*len(want) {
		t.Fatalf("%d frames, want %d", len(again), 2*len(want))
	}
	for i, b := range again {
		f, err := frame.Parse(b)
		if err != nil || f.NumVLAN() != 2 || f.Source.MAC != p.A.MAC() || f.Target.Addr.String() != "2001:db8::7" || f.Target.Port != 99 || len(f.Payload) != i%31 {
			t.Fatalf("frame %d: %v, %+v", i, err, f)
		}
		if _, err := capture.Wait(limit, func(p frametest.Packet) bool { return bytes.Equal(p.Data, b) }); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCraftLike takes a frame of a capture, by number, and changes a field.
func TestCraftLike(t *testing.T) {
	path := filepath.Join(t.TempDir(), "some:2")
	if _, diag, status := crafted("", "--payload-size", "10-19", "--pcap", path); status != 0 {
		t.Fatal(diag)
	}
	for name, size := range map[string]int{path: 10, path + ":1": 10, path + ":4": 13} {
		out, diag, status := crafted("", "--like", name, "--dport", "99", "--hex")
		want, _, _ := crafted("", "--payload-size", []string{10: "10", 13: "13"}[size], "--dport", "99", "--hex")
		if status != 0 || out != want {
			t.Errorf("%s: exit status %d, %s%s, want %s", name, status, out, diag, want)
		}
	}
}

func TestCraftReplayUsage(t *testing.T) {
	for args, want := range map[string]string{
		"--replay x --like y --hex":                          "--replay and --like exclude each other: send a capture, or frames like one of its own",
		"--replay x --json":                                  "--json is for crafted frames: --replay has --hex and --pcap",
		"--speed 2 --hex":                                    "--speed and --loops are for --replay",
		"--replay x --speed 0 --hex":                         "--speed 0: want a number above 0, 1000000 at most",
		"--replay x --speed 2 --rate max --hex":              "--speed is the capture's timing; --rate and --interval are another: choose one",
		"--replay x --workers 2 --hex":                       "--workers: the capture's timing is for one; give --rate",
		"--replay x --payload y --hex":                       "--payload: --replay sends frames as they are: only MAC addresses, VLAN tags, IP addresses and ports can be rewritten",
		"--replay testdata/sysdata.pcap --loops 0 --pcap -":  "--loops 0, without end, is for the wire: give a number",
		"--replay testdata/sysdata.pcap --src-mac own --hex": "--src-mac: own: give --dev, whose address it is",
	} {
		out, diag, status := crafted("", strings.Fields(args)...)
		if status != 2 || diag != "netkmsg: "+want+"\n" || out != "" {
			t.Errorf("%s: exit status %d, %swant %s", args, status, diag, want)
		}
	}
}
