// Package explain shows a frame to a person: field by field, and as a hex dump.
package explain

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"netkmsg/frame"
)

// Mark begins the note of a field that is to catch the eye: its line begins
// with two exclamation marks.
const Mark = "FAULT: "

// Write shows the frame b, of which fields are a list as frame.Frame.Fields
// makes it.
func Write(w io.Writer, b []byte, fields []frame.Field) error {
	var s strings.Builder
	s.WriteString("  byte    field                value\n")
	layer := ""
	for _, x := range fields {
		if x.Layer != layer {
			layer = x.Layer
			fmt.Fprintf(&s, "%s\n", layer)
		}
		at := fmt.Sprint(x.Offset / 8)
		if bit := x.Offset % 8; bit != 0 {
			at += fmt.Sprintf(".%d", bit)
		}
		margin := "  "
		if strings.HasPrefix(x.Note, Mark) {
			margin = "!!"
		}
		line := fmt.Sprintf("%s%6s  %-20s %s", margin, at, x.Name, x.Value)
		if x.Note != "" {
			line += "  (" + x.Note + ")"
		}
		fmt.Fprintln(&s, strings.TrimRight(line, " "))
	}
	s.WriteString("\n" + hex.Dump(b))
	_, err := io.WriteString(w, s.String())
	return err
}
