package output

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
)

var journalName = regexp.MustCompile(`^[A-Z0-9][A-Z0-9_]{0,63}$`)

// parseJournal takes an entry of journald's native protocol apart, as
// "NAME=value" each, and refuses what journald would drop.
func parseJournal(b []byte) (fields []string, err error) {
	for len(b) > 0 {
		line, rest, ok := bytes.Cut(b, []byte("\n"))
		if !ok {
			return fields, fmt.Errorf("no newline behind %q", b)
		}
		name, value, simple := strings.Cut(string(line), "=")
		if !simple {
			if len(rest) < 8 {
				return fields, fmt.Errorf("no length behind %q", name)
			}
			n := binary.LittleEndian.Uint64(rest)
			if rest = rest[8:]; uint64(len(rest)) < n+1 || rest[n] != '\n' {
				return fields, fmt.Errorf("%s of %d bytes does not end there", name, n)
			}
			value, rest = string(rest[:n]), rest[n+1:]
		}
		if !journalName.MatchString(name) {
			return fields, fmt.Errorf("name %q", name)
		}
		fields = append(fields, name+"="+value)
		b = rest
	}
	return fields, nil
}
