package craft_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// TestGo compiles and runs what --go prints: it must print the same frame. The
// programs stand in the module by an overlay, so that nothing is written there.
func TestGo(t *testing.T) {
	tool := frametest.RequireTool(t, "go")
	settings := [][]string{
		{},
		{"vlan=ad/100:3d,200", "dst-ip=192.0.2.9", "ip-id=7", "df=true", "ttl=0", "tos=0x1f", "payload=a \"quoted\" one\n"},
		{"hop-by-hop=router-alert", "fragment=offset=64,more,id=9", "dest-options=0x1e=010203", "flow-label=0x12345", "payload-pattern=count", "payload-size=300"},
		{"ethertype=0x88b5", "udp-checksum=0x1234", "pad=20", "payload-hex=00ff"},
		{"dst-ip=192.0.2.9", "bad=version", "bad=length", "bad=checksum", "pad=3:7", "bad=truncate=50", "payload-pattern=ones"},
		{"dst-ip=192.0.2.9", "bad=ip-checksum", "payload-pattern=zeros", "dst-mac=broadcast"},
	}
	overlay := map[string]map[string]string{"Replace": {}}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	args := []string{"build", "-overlay", filepath.Join(dir, "overlay.json"), "-ldflags=-s -w", "-o", dir + "/"}
	for k, set := range settings {
		r, s := recipe(t, set...), sequence(t, set...)
		code, err := r.Go(s, 0)
		if err != nil {
			t.Fatal(set, err)
		}
		name := fmt.Sprintf("made%d", k)
		file := filepath.Join(dir, name+".go")
		if err := os.WriteFile(file, code, 0o600); err != nil {
			t.Fatal(err)
		}
		overlay["Replace"][filepath.Join(root, "internal", "craft", name, "main.go")] = file
		args = append(args, "netkmsg/internal/craft/"+name)
	}
	b, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for k, set := range settings {
		out, err := exec.Command(filepath.Join(dir, fmt.Sprintf("made%d", k))).CombinedOutput()
		if got, want := strings.TrimSpace(string(out)), hex.EncodeToString(first(t, set...)); err != nil || got != want {
			code, _ := os.ReadFile(filepath.Join(dir, fmt.Sprintf("made%d.go", k)))
			t.Errorf("%v: %v\n got %s\nwant %s\n%s", set, err, got, want, code)
		}
	}
}
