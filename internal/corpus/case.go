package corpus

import (
	"path/filepath"
	"regexp"
	"strconv"
)

// A Case is what was done to a kernel, step by step (case.json). The kernel's log
// is in kmsg.txt beside it, its frames in frames.pcap.
type Case struct {
	Case  string
	Steps []Step
	Begin []string                  `json:"env_begin"`    // the host before
	End   []string                  `json:"configfs_end"` // the tree's files after, PATH=CONTENT
	Flows []struct{ Seqs []uint64 } // the records that each target sent
}

// A Step is a command and what it said.
type Step struct {
	Do           []string
	Result, Note string
}

// ReadCase reads the case in dir.
func ReadCase(dir string) (c Case, err error) { return c, read(filepath.Join(dir, "case.json"), &c) }

var escapes = regexp.MustCompile(`\\(n|0|\\|x[0-9a-f]{2})`)

// Unescape undoes the escapes of what a step writes.
func Unescape(s string) []byte {
	return escapes.ReplaceAllFunc([]byte(s), func(e []byte) []byte {
		switch e[1] {
		case 'n':
			return []byte{'\n'}
		case '0':
			return []byte{0}
		case 'x':
			n, _ := strconv.ParseUint(string(e[2:]), 16, 8) // the pattern is good
			return []byte{byte(n)}
		}
		return []byte{'\\'}
	})
}
