package craft_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/craft"
)

const settings = 2000

// made returns a setting's recipe and frame.
func (s *setting) made() (r craft.Recipe, q *craft.Sequence, b []byte, err error) {
	r = craft.Default()
	for i := 0; i < len(s.flags); i += 2 {
		if err = r.Set(s.flags[i], s.flags[i+1]); err != nil {
			return
		}
	}
	if q, err = r.Sequence(host); err == nil {
		b, err = q.Frame(s.frame, nil)
	}
	return
}

// drawn returns the settings that the oracles are asked about, the same in every run.
func drawn() []setting {
	r := rand.New(rand.NewPCG(4, 2026))
	list := make([]setting, settings)
	for i := range list {
		list[i] = newSetting(r)
	}
	return list
}

// python returns the interpreter that has scapy.
func python(t *testing.T) string {
	path := frametest.RequireTool(t, "/usr/bin/python3") // Debian's, which sees Debian's packages
	frametest.Require(t, exec.Command(path, "-c", "import scapy").Run() == nil, "python3-scapy")
	return path
}

// TestScapy has scapy build the frames of random settings: every byte is to be the same, but for the
// value of a checksum that is to be wrong, of which scapy knows nothing.
func TestScapy(t *testing.T) {
	list := drawn()
	var in bytes.Buffer
	for i := range list {
		if err := json.NewEncoder(&in).Encode(&list[i]); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(python(t), "testdata/build_scapy.py")
	var diag bytes.Buffer
	cmd.Stdin, cmd.Stderr = &in, &diag
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &diag)
	}
	lines := strings.Fields(string(out))
	if len(lines) != len(list) {
		t.Fatalf("%d frames of %d\n%s", len(lines), len(list), &diag)
	}
	used := map[string]int{}
	for i := range list {
		s := &list[i]
		want, err := hex.DecodeString(lines[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _, got, err := s.made()
		if err != nil {
			t.Errorf("setting %d, %q: %v", i, s.flags, err)
			continue
		}
		for k := 0; k < len(s.flags); k += 2 {
			used[s.flags[k]]++
		}
		if at := s.spoiled(len(want)); at > 0 {
			if bytes.Equal(got[at:at+2], want[at:at+2]) {
				t.Errorf("setting %d, %q: the checksum is right", i, s.flags)
			}
			copy(want[at:], got[at:at+2])
		}
		if !bytes.Equal(got, want) {
			t.Errorf("setting %d, frame %d of %q:\n%s", i, s.frame, s.flags, frametest.Diff(want, got))
		}
	}
	for _, f := range craft.Fields() {
		switch f.Name {
		case "payload-file", "count", "seed": // no field of a frame
		default:
			if used[f.Name] < 20 {
				t.Errorf("--%s is used %d times in %d settings", f.Name, used[f.Name], settings)
			}
		}
	}
}

// spoiled returns where in a frame of n bytes the checksum stands that is to be wrong, or 0.
func (s *setting) spoiled(n int) int {
	switch s.Bad {
	case "checksum":
		return n - len(s.Pad)/2 - len(s.Payload)/2 - 2
	case "ip-checksum":
		return 14 + 4*len(s.VLANs) + 10
	}
	return 0
}

// TestScapyRFC768 has a checksum that comes out as 0 in both.
func TestScapyRFC768(t *testing.T) {
	for _, addrs := range [][2]string{{"2001:db8::1", "2001:db8::2"}, {"192.0.2.1", "192.0.2.2"}} {
		code := fmt.Sprintf(`
from scapy.all import Ether, IP, IPv6, UDP, Raw
ip = (IPv6 if ":" in %q else IP)(src=%[1]q, dst=%[2]q)
first = bytes(ip / UDP(sport=1, dport=2) / Raw(b"\0\0"))
print((UDP(first[-10:]).chksum).to_bytes(2, "big").hex())
print(bytes(Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / ip / UDP(sport=1, dport=2) / Raw(first[-4:-2])).hex())
`, addrs[0], addrs[1])
		out, err := exec.Command(python(t), "-c", code).Output()
		lines := strings.Fields(string(out))
		if err != nil || len(lines) != 2 {
			t.Fatal(err, lines)
		}
		r := craft.Default()
		for _, f := range [][2]string{{"src-ip", addrs[0]}, {"dst-ip", addrs[1]}, {"src-mac", "02:00:00:00:00:01"}, {"dst-mac", "02:00:00:00:00:02"},
			{"sport", "1"}, {"dport", "2"}, {"payload-hex", lines[0]}, {"ip-id", "1"}} {
			if f[0] == "ip-id" && strings.Contains(addrs[0], ":") {
				continue
			}
			if err := r.Set(f[0], f[1]); err != nil {
				t.Fatal(err)
			}
		}
		s, err := r.Sequence(craft.Host{})
		if err != nil {
			t.Fatal(err)
		}
		b, _ := s.Frame(0, nil)
		if hex.EncodeToString(b) != lines[1] || !bytes.Equal(b[len(b)-4:len(b)-2], []byte{0xff, 0xff}) {
			t.Errorf("%v: %x\nscapy: %s", addrs, b, lines[1])
		}
	}
}
