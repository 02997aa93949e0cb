package configfs

import (
	"errors"
	"fmt"
	"strconv"
)

// A Position is where something stands in a text, counted from 1; columns are bytes.
type Position struct{ Line, Column int }

// A SyntaxError says where a text of targets is wrong, and how.
type SyntaxError struct {
	At  Position
	Err error
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %v", e.At.Line, e.At.Column, e.Err)
}

func (e *SyntaxError) Unwrap() error { return e.Err }

// A word is one of a line, without its quotes.
type word struct {
	text string
	at   Position
}

func (w word) fault(format string, args ...any) error {
	return &SyntaxError{w.at, fmt.Errorf(format, args...)}
}

// split returns the words of a line, up to a comment.
func split(s string, line int) (ws []word, err error) {
	for i := 0; ; {
		for i < len(s) && isBlank(s[i]) {
			i++
		}
		if i == len(s) || s[i] == '#' {
			return ws, nil
		}
		w := word{at: Position{line, i + 1}}
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
			return nil, &SyntaxError{Position{line, end + 1}, errors.New("a blank is missing behind the quoted word")}
		}
		ws = append(ws, w)
		i = end
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }
