package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A page is a manual page of section 1, made of what the command prints as its
// help. (cobra's own generator takes <priority> in a flag's text for HTML and
// drops it, shows --force as --force[=false], and knows no groups of flags.)
type page struct {
	Name, Short   string
	Help          string
	Date, Version string
	See           []string // other pages of section 1
}

const exitStatus = `0 done, 1 failed, 2 usage.`

func (p page) roff() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 \"%s\" \"netkmsg %s\" \"netkmsg manual\"\n.ad l\n.nh\n", escape(strings.ToUpper(p.Name)), p.Date, escape(p.Version))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", escape(p.Name), line(p.Short))
	paragraphs := strings.Split(strings.Trim(p.Help, "\n"), "\n\n")
	if i := synopsis(paragraphs); i >= 0 {
		b.WriteString(".SH SYNOPSIS\n")
		_, usage := heading(paragraphs[i])
		b.WriteString(verbatim(usage))
		paragraphs = append(paragraphs[:i:i], paragraphs[i+1:]...)
	}
	b.WriteString(".SH DESCRIPTION\n")
	for i, s := range paragraphs {
		title, body := heading(s)
		switch {
		case title != "":
			fmt.Fprintf(&b, ".SH %s\n", escape(strings.ToUpper(title)))
		case i > 0:
			b.WriteString(".PP\n")
		}
		b.WriteString(block(body))
	}
	fmt.Fprintf(&b, ".SH EXIT STATUS\n%s\n.SH SEE ALSO\n", exitStatus)
	for i, s := range p.See {
		comma := ","
		if i == len(p.See)-1 {
			comma = ""
		}
		fmt.Fprintf(&b, ".BR %s (1)%s\n", escape(s), comma)
	}
	return []byte(b.String())
}

// synopsis finds the paragraph that says how the command is called.
func synopsis(paragraphs []string) int {
	for i, s := range paragraphs {
		if title, body := heading(s); title == "Usage" || title == "" && strings.HasPrefix(body, "  netkmsg") {
			return i
		}
	}
	return -1
}

// A title stands flush left above what is indented.
var title = regexp.MustCompile(`^([A-Z][A-Za-z, ]*):?\n( .*(?s:.*))$`)

func heading(paragraph string) (head, body string) {
	if m := title.FindStringSubmatch(paragraph); m != nil {
		return m[1], m[2]
	}
	return "", paragraph
}

// A flag of pflag's usage, or of two columns.
var flag = regexp.MustCompile(`^ {2,6}((?:-\w, )?--\S+(?: \S+)?) {2,}(.*)$`)

// block is text that flows, a list of flags, or else text that stays as it is.
func block(s string) string {
	switch {
	case flag.MatchString(first(s)):
		return flags(s)
	case strings.HasPrefix(s, " ") || strings.Contains(s, "\n ") || strings.Contains(strings.TrimSpace(s), "   "):
		return verbatim(s)
	}
	var b strings.Builder
	for _, l := range strings.Split(s, "\n") {
		b.WriteString(line(l) + "\n")
	}
	return b.String()
}

func first(s string) string {
	l, _, _ := strings.Cut(s, "\n")
	return l
}

// flags is a list of them. A line that begins none goes on with the last.
func flags(s string) string {
	var b strings.Builder
	for _, l := range strings.Split(s, "\n") {
		if m := flag.FindStringSubmatch(l); m != nil {
			fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", escape(m[1]), line(m[2]))
			continue
		}
		b.WriteString(line(strings.TrimSpace(l)) + "\n")
	}
	return b.String()
}

// verbatim keeps lines and blanks. What would be too wide for a terminal of 80
// columns begins at the margin.
func verbatim(s string) string {
	lines := strings.Split(s, "\n")
	indent, width := len(s), 0
	for _, l := range lines {
		indent = min(indent, len(l)-len(strings.TrimLeft(l, " ")))
		width = max(width, utf8.RuneCountInString(l))
	}
	var b strings.Builder
	wide := width-indent > 71
	if wide {
		b.WriteString(".in 0\n")
	}
	b.WriteString(".nf\n")
	for _, l := range lines {
		b.WriteString(line(l[indent:]) + "\n")
	}
	b.WriteString(".fi\n")
	if wide {
		b.WriteString(".in\n")
	}
	return b.String()
}

// line is one that roff takes for no request.
func line(s string) string {
	s = escape(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}

// escape keeps characters what they are: roff would make typographic ones of
// them, which no shell takes.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
}
