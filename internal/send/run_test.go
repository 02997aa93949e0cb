package send

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"netkmsg/frame"
)

// sent runs the flags without a wire and returns the frames.
func sent(t *testing.T, in string, args ...string) []frame.Frame {
	t.Helper()
	var m memory
	args = append([]string{"--no-wire", "--from", "-", "--source-mac", "02:00:00:00:00:01"}, args...)
	if diag, err := runWith(context.Background(), strings.NewReader(in), &m, nil, args...); err != nil {
		t.Fatalf("%v\n%s", err, diag)
	}
	var fs []frame.Frame
	for _, b := range m.frames {
		f, err := frame.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		fs = append(fs, f)
	}
	return fs
}

// TestFlags shows what each flag does to the payload.
func TestFlags(t *testing.T) {
	const rec = "30,416,6352869,-,caller=T1;eth0: link up\n SUBSYSTEM=net\n"
	tests := []struct{ in, flags, config, want string }{
		{rec, "", "@fe80::1/,@fe80::2/", "[    6.352869][    T1] eth0: link up\n"},
		{rec, "--printk-time=false", "@fe80::1/,@fe80::2/", "[    T1] eth0: link up\n"},
		{rec, "--printk-time", "@fe80::1/,@fe80::2/", "[    6.352869][    T1] eth0: link up\n"},
		{rec, "--console-msg-format syslog", "@fe80::1/,@fe80::2/", "<30>[    6.352869][    T1] eth0: link up\n"},
		{rec, "", "+@fe80::1/,@fe80::2/", rec},
		{rec, "--release 6.1.0", "+r@fe80::1/,@fe80::2/", "6.1.0," + rec},
		{rec, "--userdata a=b --userdata c=d --sysdata release,msgid --release 6.1.0", "+@fe80::1/,@fe80::2/",
			rec + " a=b\n c=d\n release=6.1.0\n msgid=1\n"},
		{"<3>[    1.000002] dmesg's\n", "", "+@fe80::1/,@fe80::2/", "3,0,1000002,-;dmesg's\n"},
		{rec, "--input text", "+@fe80::1/,@fe80::2/", ",-;30,416,6352869,-,caller=T1;eth0: link up\n"},
	}
	for _, tt := range tests {
		fs := sent(t, tt.in, append(strings.Fields(tt.flags), tt.config)...)
		if len(fs) == 0 || !strings.HasSuffix(string(fs[0].Payload), tt.want) {
			t.Errorf("%s %s: %q, want %q", tt.flags, tt.config, fs[0].Payload, tt.want)
		}
	}
}

// TestIPv4ID: all targets share netpoll's counter, which wraps.
func TestIPv4ID(t *testing.T) {
	for _, tt := range []struct {
		flags string
		want  []uint16
	}{
		{"", []uint16{1, 2, 3, 4}},
		{"--ipv4-id 0", []uint16{0, 1, 2, 3}},
		{"--ipv4-id 65534", []uint16{65534, 65535, 0, 1}},
	} {
		fs := sent(t, records(0, 2), append(strings.Fields(tt.flags), "@192.0.2.1/,@192.0.2.8/;@192.0.2.1/,@192.0.2.9/")...)
		var got []uint16
		for _, f := range fs {
			got = append(got, f.ID)
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(tt.want))
		if !slices.Equal(got, want) {
			t.Errorf("%s: IDs %v, want %v", tt.flags, got, want)
		}
	}
}

// TestReproducible runs twice.
func TestReproducible(t *testing.T) {
	log := records(0, 300) + "6,300,5,-;" + strings.Repeat("x", 3000) + "\n"
	run := func() *memory {
		m := new(memory)
		if _, err := runWith(context.Background(), strings.NewReader(log), m, nil, "--no-wire", "--from", "-",
			"--source-mac", "02:00:00:00:00:01", "--userdata", "a=b", "--sysdata", "msgid", "+@192.0.2.1/,@192.0.2.2/"); err != nil {
			t.Fatal(err)
		}
		return m
	}
	a, b := run(), run()
	if len(a.frames) < 303 || !slices.EqualFunc(a.frames, b.frames, bytes.Equal) {
		t.Errorf("%d frames and %d, not the same", len(a.frames), len(b.frames))
	}
	for i := range a.times {
		if !a.times[i].Equal(b.times[i]) {
			t.Errorf("frame %d at %v and at %v", i, a.times[i], b.times[i])
		}
	}
}

// TestExitStatus is about input that is not as it should be: what is good in
// it is sent.
func TestExitStatus(t *testing.T) {
	tests := []struct {
		name, flags, in, want string
		counts                accounted
	}{
		{"good", "", records(0, 3), "", accounted{Read: 3, Sent: 3, Frames: 3}},
		{"empty", "", "", "", accounted{}},
		{"malformed", "", records(0, 2) + "6,2;\n" + records(3, 5), "cmdline0: not every record was sent",
			accounted{Read: 5, Sent: 4, Lost: 1, Frames: 4}},
		{"cut in a header", "", records(0, 2) + "6,2,", "cmdline0: not every record was sent",
			accounted{Read: 3, Sent: 2, Lost: 1, Frames: 2}},
		{"cut in a text", "", records(0, 2) + "6,2,2000,-;rec", "", accounted{Read: 3, Sent: 3, Frames: 3}},
		{"binary", "", "\x00\x01\x02\n", "cmdline0: read -: neither /dev/kmsg records nor text: the input looks binary (uncompress it, or force a format)",
			accounted{}},
		{"binary behind records", "", records(0, 2) + "\x00\xff\n" + records(3, 4), "cmdline0: not every record was sent",
			accounted{Read: 4, Sent: 3, Lost: 1, Frames: 3}},
		{"binary, forced", "--input text", "\x00\x01\x02\n", "", accounted{Read: 1, Sent: 1, Frames: 1}},
		{"too long a line", "", records(0, 2) + strings.Repeat("x", 1<<17) + "\n" + records(3, 5), "cmdline0: not every record was sent",
			accounted{Read: 5, Sent: 4, Lost: 1, Frames: 4}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := append(strings.Fields(tt.flags), "--log-format", "json", "--no-wire", "--from", "-",
				"--source-mac", "02:00:00:00:00:01", "@fe80::1/,@fe80::2/")
			diag, err := runWith(context.Background(), strings.NewReader(tt.in), new(memory), nil, args...)
			msg := ""
			if err != nil {
				msg = err.Error()
			}
			if msg != tt.want {
				t.Errorf("error %q, want %q", msg, tt.want)
			}
			got := account(t, diag, "cmdline0")
			got.Bytes = 0
			if got != tt.counts {
				t.Errorf("%+v, want %+v", got, tt.counts)
			}
		})
	}
}
