// Package corpus reads what real kernels sent, and what was done to them, from
// testdata. It is for tests.
package corpus

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// A Flow is what one target of a kernel was set to (flow.json). Its records are
// in records.kmsg beside it, its frames in frames.pcap.
type Flow struct {
	About            string // what it shows
	Config           string
	Format           string // basic or extended
	Kernel           string // the release
	SourceMAC        string `json:"source_mac"`
	Userdata         []Latin1
	Sysdata          []string
	PrintkTime       *bool  `json:"printk_time"` // nil: on
	ConsoleMsgFormat string `json:"console_msg_format"`
	Records, Frames  int    // in the files
}

// ReadFlow reads the flow in dir.
func ReadFlow(dir string) (f Flow, err error) { return f, read(filepath.Join(dir, "flow.json"), &f) }

// Timed reports whether basic datagrams have time stamps.
func (f Flow) Timed() bool { return f.PrintkTime == nil || *f.PrintkTime }

// Latin1 is any bytes, which stand as a character each.
type Latin1 string

// UnmarshalJSON takes a string of characters below U+0100.
func (l *Latin1) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	var out []byte
	for _, c := range s {
		if c > 0xff {
			return fmt.Errorf("%q: character %U stands for no byte", s, c)
		}
		out = append(out, byte(c))
	}
	*l = Latin1(out)
	return nil
}

func read(path string, into any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
