package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// kernels is what a real kernel had in its log.
const kernels = "../../testdata/flows/v7.3.4-backlog-ext-0/records.kmsg"

// dump writes a capture file of frames that no device sends.
func dump(t *testing.T, path string, flags ...string) {
	t.Helper()
	args := append([]string{"send", "--no-wire", "--pcap", path, "--from", kernels,
		"--source-mac", "02:00:00:00:00:01", "--release", "6.1.0"}, flags...)
	if status, _, diag := run("", append(args, "+r@192.0.2.1/,@192.0.2.9/")...); status != 0 {
		t.Fatalf("exit status %d\n%s", status, diag)
	}
}

// TestSameCapture: the same input gives the same file, to the byte.
func TestSameCapture(t *testing.T) {
	for _, name := range []string{"a.pcap", "a.pcapng"} {
		var files [2][]byte
		for i := range files {
			path := filepath.Join(t.TempDir(), name)
			dump(t, path)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files[i] = b
		}
		if !bytes.Equal(files[0], files[1]) || len(files[0]) < 10_000 {
			t.Errorf("%s: %d bytes and %d bytes are not the same", name, len(files[0]), len(files[1]))
		}
		first := framesOf(t, bytes.NewReader(files[0]))
		status, out, diag := run("", "send", "--no-wire", "--pcap", "-", "--from", kernels, "--source-mac", "02:00:00:00:00:01",
			"--release", "6.1.0", "+r@192.0.2.1/,@192.0.2.9/")
		if status != 0 {
			t.Errorf("exit status %d\n%s", status, diag)
		}
		same(t, first, framesOf(t, strings.NewReader(out)))
	}
}

func same(t testing.TB, want, got [][]byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d frames, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if d := frametest.Diff(want[i], got[i]); d != "" {
			t.Fatalf("frame %d:\n%s", i, d)
		}
	}
}

// TestAppend continues a capture, and one that was cut off in a packet.
func TestAppend(t *testing.T) {
	for _, name := range []string{"a.pcap", "a.pcapng"} {
		path := filepath.Join(t.TempDir(), name)
		dump(t, path, "--append") // of a file that is not there yet
		once := frames(t, path)
		dump(t, path, "--append")
		same(t, append(once, once...), frames(t, path))

		fi, err := os.Stat(path)
		if err == nil {
			err = os.Truncate(path, fi.Size()-5)
		}
		if err != nil {
			t.Fatal(err)
		}
		dump(t, path, "--append")
		same(t, append(append(once, once[:len(once)-1]...), once...), frames(t, path))
	}
}

// TestExisting does not overwrite a capture unasked.
func TestExisting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcap")
	dump(t, path)
	once := frames(t, path)
	status, _, diag := run(records(0, 1), "send", "--no-wire", "--from", "-", "--pcap", path, "@192.0.2.1/,@192.0.2.9/")
	if status != 1 || !strings.HasPrefix(diag, "netkmsg: create capture file "+path+": file already exists and holds ") ||
		!strings.HasSuffix(diag, " bytes (--force overwrites it, --append continues it)\n") {
		t.Errorf("exit status %d\n%s", status, diag)
	}
	same(t, once, frames(t, path))
	dump(t, path, "--force")
	same(t, once, frames(t, path))
}
