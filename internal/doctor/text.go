package doctor

import (
	"fmt"
	"strings"
)

// Text writes findings for a terminal of 80 columns, under a line on the target. Commands are not broken.
func Text(f Facts, fs []Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", f.Target)
	Paragraph(&b, "device", f.describe())
	if f.Asked && f.HopErr == nil {
		Paragraph(&b, "target", f.hopLine())
	}
	for _, x := range fs {
		b.WriteByte('\n')
		Paragraph(&b, string(x.Severity), x.Fact)
		if x.Consequence != "" {
			Paragraph(&b, "", x.Consequence)
		}
		for _, r := range x.Remedy {
			if !strings.HasPrefix(r, "#") {
				r = "$ " + r
			}
			fmt.Fprintf(&b, "%*s%s\n", indent, "", r)
		}
	}
	if Count(fs, Error)+Count(fs, Warning) == 0 {
		b.WriteString("\nNothing is wrong.\n")
	}
	return b.String()
}

// describe puts the device into a line.
func (f Facts) describe() string {
	l := f.Link
	if f.LinkErr != nil {
		return f.Target.Device + " is missing"
	}
	state := "up"
	switch {
	case !l.Up:
		state = "down"
	case !l.Carrier:
		state = "up without carrier"
	}
	s := fmt.Sprintf("%s, %s, MTU %d, MAC address %s", l.Name, state, l.MTU, l.MAC)
	if f.Driver != "" {
		s += ", driver " + f.Driver
	}
	if l.MasterName != "" {
		s += ", port of " + l.MasterName
	}
	return s
}

func (f Facts) hopLine() string {
	if f.Hop.Via.IsValid() {
		return fmt.Sprintf("%s by the gateway %s at %s, which %s", f.Target.RemoteAddr, f.Hop.Via, f.Hop.MAC, f.Hop.How)
	}
	return fmt.Sprintf("%s at %s: %s", f.Target.RemoteAddr, f.Hop.MAC, f.Hop.How)
}

const (
	indent = 9 // columns of the label
	width  = 80
)

// Paragraph writes a text between the columns 9 and 80, with a label in front of it.
func Paragraph(b *strings.Builder, label, text string) {
	fmt.Fprintf(b, "%-*s", indent-1, label)
	col := indent - 1
	for _, word := range strings.Fields(text) {
		n := len([]rune(word))
		if col+1+n > width && col >= indent {
			b.WriteString("\n" + strings.Repeat(" ", indent-1))
			col = indent - 1
		}
		b.WriteString(" " + word)
		col += 1 + n
	}
	b.WriteByte('\n')
}
