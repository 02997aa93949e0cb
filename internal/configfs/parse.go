package configfs

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A SyntaxError says where a text of targets is wrong, and how.
type SyntaxError struct {
	At  Position
	Err error
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %v", e.At.Line, e.At.Column, e.Err)
}

func (e *SyntaxError) Unwrap() error { return e.Err }

// Parse reads what Format writes. Blank lines, blanks around words and comments, from # on where a word could begin, do
// not matter. It returns a *SyntaxError for the first fault.
func Parse(text []byte) ([]Saved, error) {
	p := parser{names: map[string]int{}}
	for s := range strings.Lines(string(text)) {
		p.line++
		if err := p.parseLine(strings.TrimSuffix(s, "\n")); err != nil {
			return nil, err
		}
	}
	return p.done, nil
}

type parser struct {
	line  int
	done  []Saved
	names map[string]int // lines of targets
	paths map[Attr]int   // lines of the last target's values
}

// A word is one of a line, without its quotes.
type word struct {
	text string
	at   Position
}

func (w word) fault(format string, args ...any) error {
	return &SyntaxError{w.at, fmt.Errorf(format, args...)}
}

func (p *parser) parseLine(s string) error {
	ws, err := p.words(s)
	switch {
	case err != nil:
		return err
	case len(ws) == 0:
		return nil
	case ws[0].text == "target":
		return p.target(ws)
	case len(p.done) == 0:
		return ws[0].fault("%q stands before any target; a line `target NAME` comes first", ws[0].text)
	}
	return p.value(ws)
}

func (p *parser) target(ws []word) error {
	if len(ws) != 2 {
		return ws[0].fault("a target has one name: target NAME")
	}
	name := ws[1]
	switch n := name.text; {
	case n == "", n == ".", n == "..", n == ReportDir, len(n) > maxName, strings.ContainsAny(n, "/\x00"):
		return name.fault("%q cannot be the name of a directory", n)
	case p.names[n] > 0:
		return name.fault("target %q is there already, in line %d", n, p.names[n])
	}
	p.names[name.text] = p.line
	p.paths = map[Attr]int{}
	p.done = append(p.done, Saved{Name: name.text, At: name.at})
	return nil
}

func (p *parser) value(ws []word) error {
	path := ws[0]
	attr, err := parsePath(path.text)
	switch {
	case err != nil:
		return &SyntaxError{path.at, err}
	case p.paths[attr] > 0:
		return path.fault("%s is there already, in line %d", path.text, p.paths[attr])
	case len(ws) < 2:
		return path.fault(`%s needs a value; an empty one is ""`, path.text)
	}
	extra := ws[2:]
	if len(extra) > 0 && extra[0].text == Automatic && attr.File == "local_ip" {
		extra = extra[1:]
	}
	if len(extra) > 0 {
		return extra[0].fault("unexpected %q; a value with blanks is quoted", extra[0].text)
	}
	v := Value{Attr: attr, Text: ws[1].text, At: ws[1].at}
	if len(ws) == 3 {
		v.Note = ws[2].text
	}
	p.paths[attr] = p.line
	last := &p.done[len(p.done)-1]
	last.Values = append(last.Values, v)
	return nil
}

// words splits a line.
func (p *parser) words(s string) (ws []word, err error) {
	for i := 0; ; {
		for i < len(s) && isBlank(s[i]) {
			i++
		}
		if i == len(s) || s[i] == '#' {
			return ws, nil
		}
		w := word{at: Position{p.line, i + 1}}
		end := i
		if s[i] == '"' {
			quoted, err := strconv.QuotedPrefix(s[i:])
			if err != nil {
				return nil, w.fault(`the quoted word is wrong or has no end: \ begins an escape as in \n, \\, \" or \x0a`)
			}
			w.text, _ = strconv.Unquote(quoted)
			end += len(quoted)
		} else {
			for end < len(s) && !isBlank(s[end]) {
				end++
			}
			w.text = s[i:end]
			if !isPlain(w.text) {
				return nil, w.fault("%q needs quotes", w.text)
			}
		}
		if end < len(s) && !isBlank(s[end]) {
			return nil, &SyntaxError{Position{p.line, end + 1}, errors.New("a blank is missing behind the quoted word")}
		}
		ws = append(ws, w)
		i = end
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }
