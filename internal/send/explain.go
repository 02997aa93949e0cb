package send

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"netkmsg/frame"
)

// explain prints a frame field by field and as a hex dump.
func explain(w io.Writer, f []byte) error {
	p, err := frame.Parse(f)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "frame of %d bytes\n  byte    field                value\n", len(f))
	layer := ""
	for _, x := range p.Fields() {
		if x.Layer != layer {
			layer = x.Layer
			fmt.Fprintf(&b, "%s\n", layer)
		}
		at := fmt.Sprint(x.Offset / 8)
		if bit := x.Offset % 8; bit != 0 {
			at += fmt.Sprintf(".%d", bit)
		}
		line := fmt.Sprintf("  %6s  %-20s %s", at, x.Name, x.Value)
		if x.Note != "" {
			line += "  (" + x.Note + ")"
		}
		fmt.Fprintln(&b, strings.TrimRight(line, " "))
	}
	b.WriteString("\n" + hex.Dump(f))
	_, err = io.WriteString(w, b.String())
	return err
}
