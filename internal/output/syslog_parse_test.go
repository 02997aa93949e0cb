package output

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// syslogLine is a message of RFC 5424 taken apart by the letter of its
// section 6: what the grammar does not allow is an error.
type syslogLine struct {
	pri                      int
	at                       time.Time
	host, app, proc, id, msg string
	utf8                     bool
	data                     map[string][][2]string
}

func parseSyslog(s string) (l syslogLine, err error) {
	rest, ok := strings.CutPrefix(s, "<")
	pri, rest, ok2 := strings.Cut(rest, ">")
	if l.pri, err = strconv.Atoi(pri); err != nil || !ok || !ok2 || l.pri > 191 || strconv.Itoa(l.pri) != pri {
		return l, fmt.Errorf("PRI %q", pri)
	}
	if rest, ok = strings.CutPrefix(rest, "1 "); !ok {
		return l, errors.New("VERSION")
	}
	stamp, rest, _ := strings.Cut(rest, " ")
	if stamp != "-" {
		if l.at, err = time.Parse("2006-01-02T15:04:05.999999Z07:00", stamp); err != nil || len(stamp) > len("2006-01-02T15:04:05.999999+00:00") {
			return l, fmt.Errorf("TIMESTAMP %q", stamp)
		}
	}
	for _, f := range []struct {
		to  *string
		max int
	}{{&l.host, 255}, {&l.app, 48}, {&l.proc, 128}, {&l.id, 32}} {
		var found bool
		if *f.to, rest, found = strings.Cut(rest, " "); !found || !printUSASCII(*f.to, f.max, "") {
			return l, fmt.Errorf("header field %q", *f.to)
		}
	}
	if rest, err = l.parseData(rest); err != nil {
		return l, err
	}
	if rest == "" {
		return l, nil
	}
	if l.msg, ok = strings.CutPrefix(rest, " "); !ok {
		return l, fmt.Errorf("no blank before MSG %q", rest)
	}
	if l.msg, l.utf8 = strings.CutPrefix(l.msg, "\xef\xbb\xbf"); l.utf8 && !utf8.ValidString(l.msg) {
		return l, fmt.Errorf("MSG %q is not UTF-8", l.msg)
	}
	return l, nil
}

func (l *syslogLine) parseData(s string) (rest string, err error) {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return rest, nil
	}
	l.data = make(map[string][][2]string)
	for strings.HasPrefix(s, "[") {
		n := strings.IndexAny(s, " ]")
		if n < 0 {
			return s, errors.New("SD-ELEMENT without end")
		}
		id := s[1:n]
		name, number, ok := strings.Cut(id, "@")
		if _, err := strconv.ParseUint(number, 10, 32); !ok || err != nil || !printUSASCII(id, 32, `="]`) || name == "" {
			return s, fmt.Errorf("SD-ID %q", id)
		}
		if _, twice := l.data[id]; twice {
			return s, fmt.Errorf("SD-ID %q comes twice", id)
		}
		l.data[id] = nil
		for s = s[n:]; strings.HasPrefix(s, " "); {
			var p [2]string
			if p, s, err = parseParam(s[1:]); err != nil {
				return s, err
			}
			l.data[id] = append(l.data[id], p)
		}
		var closed bool
		if s, closed = strings.CutPrefix(s, "]"); !closed {
			return s, fmt.Errorf("SD-ELEMENT %s goes on with %q", id, s)
		}
	}
	if len(l.data) == 0 {
		return s, errors.New("no STRUCTURED-DATA")
	}
	return s, nil
}

func parseParam(s string) (p [2]string, rest string, err error) {
	name, rest, ok := strings.Cut(s, `="`)
	if !ok || !printUSASCII(name, 32, `="]`) {
		return p, s, fmt.Errorf("PARAM-NAME %q", name)
	}
	var value []byte
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '"':
			if !utf8.Valid(value) {
				return p, s, fmt.Errorf("PARAM-VALUE %q is not UTF-8", value)
			}
			return [2]string{name, string(value)}, rest[i+1:], nil
		case c == ']':
			return p, s, fmt.Errorf("] in the value of %s", name)
		case c == '\\' && i+1 < len(rest) && strings.IndexByte(`"\]`, rest[i+1]) >= 0:
			i++
			value = append(value, rest[i])
		default:
			value = append(value, c)
		}
	}
	return p, s, fmt.Errorf("value of %s without end", name)
}

func printUSASCII(s string, limit int, without string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte(without, s[i]) >= 0 {
			return false
		}
	}
	return 1 <= len(s) && len(s) <= limit
}
