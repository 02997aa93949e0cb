package configfs

import (
	"fmt"
	"strconv"
	"strings"
)

// A Saved is a target as the text of netkmsg save has it.
type Saved struct {
	Name   string
	Values []Value // in the order in which they are to be stored
	At     Position
}

// A Value is what one attribute of a target holds.
type Value struct {
	Attr Attr
	Text string   // any bytes; without the newline that reading the file adds
	Note string   // what the tree does not show; see Automatic
	At   Position // of the text
}

// Automatic is the Note of a local_ip that was chosen from the device's addresses: a device that comes back may get
// another.
const Automatic = "automatic"

// A Position is where something stands in a text, counted from 1; columns are bytes.
type Position struct{ Line, Column int }

const header = "# The targets of netkmsg mount. netkmsg mount --restore FILE makes them again.\n"

// Format writes targets as text: a line for each, and below it a line for each value, which begins with the path of the
// file in the target's directory. Words that are not plain are quoted like Go strings, byte for byte.
func Format(ts []Saved) []byte {
	b := []byte(header)
	for _, t := range ts {
		b = append(b, "\ntarget "...)
		b = appendWord(b, t.Name)
		b = append(b, '\n')
		for _, v := range t.Values {
			b = append(b, "  "...)
			b = appendWord(b, v.Attr.path())
			b = append(b, ' ')
			b = appendWord(b, v.Text)
			if v.Note != "" {
				b = append(b, ' ')
				b = appendWord(b, v.Note)
			}
			b = append(b, '\n')
		}
	}
	return b
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

// path is where the attribute's file is in the target's directory.
func (a Attr) path() string {
	switch {
	case a.Key != "":
		return userdata + "/" + a.Key + "/" + a.File
	case isFile(userdataFiles, a.File):
		return userdata + "/" + a.File
	}
	return a.File
}

// parsePath is the reverse of path. It fails for what no target has and for files that cannot be written.
func parsePath(path string) (Attr, error) {
	rest, deeper := strings.CutPrefix(path, userdata+"/")
	key, file, isKey := strings.Cut(rest, "/")
	switch {
	case !deeper && isFile(targetFiles, path), deeper && isFile(userdataFiles, rest):
		return Attr{File: rest}, nil
	case deeper && isKey && key != "" && isFile(keyFiles, file):
		return Attr{File: file, Key: key}, nil
	}
	return Attr{}, fmt.Errorf("a target has no file %q that can be set", path)
}

func isFile(fs []file, name string) bool {
	for _, f := range fs {
		if f.name == name {
			return f.mode == readWrite
		}
	}
	return false
}
