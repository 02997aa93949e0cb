package configfs

import (
	"strconv"
	"strings"

	"netkmsg/frame"
	"netkmsg/internal/targets"
)

// automatic stands behind a local_ip that was chosen from the device's addresses.
const automatic = "automatic"

const header = `# The targets of netkmsg mount; netkmsg mount --restore FILE makes them again.
# Below each target are its files and what was written to them, as in
#   echo eth0 > web/dev_name
# Strange bytes are in quotes, with \n, \", \\ and \xff as in C.
`

// Format writes targets as text that Parse reads: a line for each, and below it a line for each of its files.
func Format(ts []targets.Saved) []byte {
	b := []byte(header)
	for _, t := range ts {
		b = appendTarget(b, t)
	}
	return b
}

func appendTarget(b []byte, t targets.Saved) []byte {
	b = append(b, "\ntarget "...)
	b = append(appendWord(b, t.Name), '\n')
	for _, f := range targetFiles {
		text, ok := t.Attributes.Show(f.name)
		if !ok {
			continue // enabled, and what cannot be set
		}
		var note string
		switch {
		case f.name == "local_ip" && t.Chosen:
			note = automatic
		case f.name == "dev_name" && t.Attributes.DeviceMAC != frame.MAC{}:
			note = t.Attributes.DeviceMAC.String()
		}
		b = appendLine(b, f.name, strings.TrimSuffix(text, "\n"), note)
	}
	for _, f := range userdataFiles {
		text, _ := t.Features.Show(f.name)
		b = appendLine(b, userdata+"/"+f.name, strings.TrimSuffix(text, "\n"), "")
	}
	for _, u := range t.Userdata {
		b = appendLine(b, userdata+"/"+u.Key+"/"+keyFiles[0].name, u.Value, "")
	}
	on := "0"
	if t.Wanted {
		on = "1"
	}
	return appendLine(b, enabled, on, "")
}

func appendLine(b []byte, path, text, note string) []byte {
	b = append(b, "  "...)
	b = append(appendWord(b, path), ' ')
	b = appendWord(b, text)
	if note != "" {
		b = append(append(b, ' '), note...)
	}
	return append(b, '\n')
}

func appendWord(b []byte, s string) []byte {
	if isPlain(s) {
		return append(b, s...)
	}
	return strconv.AppendQuote(b, s)
}

// isPlain reports whether a word needs no quotes.
func isPlain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '#' {
			return false
		}
	}
	return s != ""
}
