package cli_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"netkmsg/kmsg"
)

// shown is a line of the JSON output: a record, or, with Notice, a notice.
type shown struct {
	Notice      string
	Host, Name  string
	Port        uint16
	Format      string
	Seq, Usec   *uint64
	Level       *int
	Facility    *int
	Flag        *string
	Release     string
	Text        string
	TextRaw     *string `json:"text_raw"`
	Dict        json.RawMessage
	DictRaw     *string `json:"dict_raw"`
	Userdata    json.RawMessage
	UserdataRaw *string `json:"userdata_raw"`
	Sysdata     json.RawMessage
	SysdataRaw  *string `json:"sysdata_raw"`
	Holes       [][2]*int
	Late        bool
	Malformed   string
	Lost        uint64
	Datagrams   int

	First, Last, Count uint64
	Why                string
}

// show takes JSON lines apart.
func show(t testing.TB, b []byte) (records, notices []shown) {
	t.Helper()
	for line := range bytes.Lines(b) {
		var s shown
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if s.Notice != "" {
			notices = append(notices, s)
		} else {
			records = append(records, s)
		}
	}
	return records, notices
}

// text returns the bytes of the text.
func (s *shown) text() string { return exact([]byte(s.Text), s.TextRaw) }

func exact(b []byte, raw *string) string {
	if raw == nil {
		return string(b)
	}
	return string(kmsg.AppendUnescaped(nil, []byte(*raw)))
}

// lines returns the lines of dictionary, userdata and sysdata, escapes undone.
func (s *shown) lines(t testing.TB) (dict, userdata, sysdata string) {
	t.Helper()
	return exact(entries(t, s.Dict), s.DictRaw), exact(entries(t, s.Userdata), s.UserdataRaw), exact(entries(t, s.Sysdata), s.SysdataRaw)
}

// entries returns the lines that an object stands for, in its order.
func entries(t testing.TB, object json.RawMessage) (lines []byte) {
	t.Helper()
	if string(object) == "{}" {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(object))
	for sep := []byte{' ', '='}; ; {
		token, err := d.Token()
		if err != nil {
			t.Fatalf("%v in %s", err, object)
		}
		s, ok := token.(string)
		switch {
		case !ok && token == json.Delim('}'):
			return lines
		case !ok:
			continue
		case sep[0] == ' ':
			lines = append(append(append(lines, ' '), s...), '=')
			sep[0] = 0
		default:
			lines = append(append(lines, s...), '\n')
			sep[0] = ' '
		}
	}
}
