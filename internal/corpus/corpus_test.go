package corpus

import (
	"encoding/json"
	"path/filepath"
	"testing"
)

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{"": "", `a\nb`: "a\nb", `\0\x00\xff`: "\x00\x00\xff", `\\n`: `\n`, `\q\x1`: `\q\x1`} {
		if got := string(Unescape(in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLatin1(t *testing.T) {
	for in, want := range map[string]string{`"a"`: "a", `"\u00e9\u00ff\u0000"`: "\xe9\xff\x00"} {
		var l Latin1
		if err := json.Unmarshal([]byte(in), &l); err != nil || string(l) != want {
			t.Errorf("%s: %q, %v", in, l, err)
		}
	}
	for _, in := range []string{`"\u0100"`, `1`} {
		if err := json.Unmarshal([]byte(in), new(Latin1)); err == nil {
			t.Errorf("%s is taken", in)
		}
	}
}

// TestRead: every file of testdata is read.
func TestRead(t *testing.T) {
	flows, _ := filepath.Glob("../../testdata/flows/*") // the patterns are good
	cases, _ := filepath.Glob("../../testdata/cases/*")
	if len(flows) < 136 || len(cases) < 41 {
		t.Fatalf("%d flows, %d cases", len(flows), len(cases))
	}
	for _, dir := range flows {
		if f, err := ReadFlow(dir); err != nil || f.Config == "" || f.Frames == 0 || f.Records == 0 {
			t.Errorf("%s: %+v, %v", dir, f, err)
		}
	}
	for _, dir := range cases {
		if c, err := ReadCase(dir); err != nil || c.Case == "" || len(c.Steps) == 0 {
			t.Errorf("%s: %+v, %v", dir, c, err)
		}
	}
	if _, err := ReadFlow("nowhere"); err == nil {
		t.Error("reads what is not there")
	}
}
