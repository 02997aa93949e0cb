package kmsg

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestTextLines(t *testing.T) {
	tests := []struct {
		name, in string
		want     string // without the sequence number, which is 0
	}{
		{"dmesg", "[    1.234567] text\n", "4,1234567,-;text"},
		{"blanks of the text stay", "[    1.234567]   text \n", "4,1234567,-;  text "},
		{"no text", "[    1.234567] \n", "4,1234567,-;"},
		{"no blank", "[    1.234567]\n", "4,1234567,-;"},
		{"many seconds", "[1234567.000001] text\n", "4,1234567000001,-;text"},
		{"dmesg --raw", "<14>[   12.000000] text\n", "14,12000000,-;text"},
		{"largest priority", "<2047>[   12.000000] text\n", "2047,12000000,-;text"},
		{"caller", "<6>[   12.000000][    T1] text\n", "6,12000000,-,caller=T1;text"},
		{"caller behind a blank", "[   12.000000] [    C3] text\n", "4,12000000,-,caller=C3;text"},
		{"long caller", "[   12.000000][T1234567] text\n", "4,12000000,-,caller=T1234567;text"},
		{"caller without a time", "<6>[  T123] text\n", "6,77,-,caller=T123;text"},
		{"priority alone", "<6>text\n", "6,77,-;text"},
		{"priority and a blank", "<6> text\n", "6,77,-; text"},
		{"dmesg --decode", "kern  :info  : [   12.000000] text\n", "6,12000000,-;text"},
		{"long facility", "authpriv:crit  : [   12.000000] text\n", "82,12000000,-;text"},
		{"decoded without a time", "user  :notice: text\n", "13,77,-;text"},
		{"local7", "local7:debug : text\n", "191,77,-;text"},
		{"plain", "text\n", "4,77,-;text"},
		{"no newline", "text", "4,77,-;text"},
		{"carriage return", "[    1.000000] text\r\n", "4,1000000,-;text"},
		{"carriage return alone", "a\rb\n", `4,77,-;a\x0db`},
		{"empty", "\n", "4,77,-;"},
		{"escaped", "a\\b\tc\xc3\xa9\x00;,\n", `4,77,-;a\x5cb\x09c\xc3\xa9\x00;,`},
		// What only resembles the beginning of a line stays text.
		{"priority too large", "<2048>text\n", "4,77,-;<2048>text"},
		{"no priority", "<>text\n", "4,77,-;<>text"},
		{"no number", "<6a>text\n", "4,77,-;<6a>text"},
		{"dmesg -T", "[Mon Nov 23 12:00:00 2026] text\n", "4,77,-;[Mon Nov 23 12:00:00 2026] text"},
		{"milliseconds", "[    1.234] text\n", "4,77,-;[    1.234] text"},
		{"no seconds", "[.234567] text\n", "4,77,-;[.234567] text"},
		{"two dots", "[1.2.345678] text\n", "4,77,-;[1.2.345678] text"},
		{"too many seconds", "[1234567890123.000000] text\n", "4,77,-;[1234567890123.000000] text"},
		{"no time", "[] text\n", "4,77,-;[] text"},
		{"short caller", "[    1.000000] [C1] text\n", "4,1000000,-;[C1] text"},
		{"no caller", "[    1.000000] [driver] text\n", "4,1000000,-;[driver] text"},
		{"no caller's number", "[    1.000000] [   Tea] text\n", "4,1000000,-;[   Tea] text"},
		{"blank caller", "[    1.000000] [      ] text\n", "4,1000000,-;[      ] text"},
		{"unknown facility", "kernel:info  : text\n", "4,77,-;kernel:info  : text"},
		{"unknown level", "kern  :bad   : text\n", "4,77,-;kern  :bad   : text"},
		{"a colon elsewhere", "usb 1-1: text\n", "4,77,-;usb 1-1: text"},
		{"decoded without blank", "kern  :info  :text\n", "4,77,-;kern  :info  :text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewScanner(strings.NewReader(tt.in), ScanOptions{Format: Text, Now: func() uint64 { return 77 }})
			r, err := s.Next()
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%d,%d,%c", r.Priority, r.Usec, r.Flag)
			if len(r.Fields) > 0 {
				got += "," + string(r.Fields)
			}
			if got += ";" + string(r.Text); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			p, err := Parse(r.Raw)
			if err != nil || fmt.Sprint(p) != fmt.Sprint(r) {
				t.Errorf("Raw is %q: %v", r.Raw, err)
			}
			if _, err := s.Next(); err != io.EOF {
				t.Error(err)
			}
		})
	}
}

func TestTextLong(t *testing.T) {
	a := strings.Repeat("a", textMax)
	tests := []struct {
		in   string
		want []string
	}{
		{"[    1.000000] " + a + "\n", []string{"4,0,1000000,-;" + a + "\n"}},
		{"[    1.000000] " + a + "\r\n", []string{"4,0,1000000,-;" + a + "\n"}},
		{"[    1.000000] " + a + "b\nnext\n", []string{"4,0,1000000,-;" + a + "\n", "4,1,1000000,c;b\n", "4,2,5,-;next\n"}},
		{"<6>[    1.000000][    T1] " + a + a + "\\", []string{"6,0,1000000,-,caller=T1;" + a + "\n", "6,1,1000000,c,caller=T1;" + a + "\n", "6,2,1000000,c,caller=T1;\\x5c\n"}},
		{strings.Repeat("a", windowSize) + "\nnext\n", []string{"! input:1: byte 0: a line of more than 65536 bytes; skipped to its end", "4,0,5,-;next\n"}},
	}
	for _, tt := range tests {
		got := scanAll(NewScanner(strings.NewReader(tt.in), ScanOptions{Format: Text, Now: func() uint64 { return 5 }}))
		if !slices.Equal(got, tt.want) {
			t.Errorf("%.30q…:\n got %.200q\nwant %.200q", tt.in, got, tt.want)
		}
	}
}

// What a basic console shows of single lines comes back as the same records.
func TestTextFromBasic(t *testing.T) {
	for _, format := range []Format{{}, {Syslog: true}, {Syslog: true, NoTime: true}} {
		f := newFormatter(t, format)
		s := NewScanner(strings.NewReader("4,0,0,-;first\n6,9,1234567,-,caller=T1;\\x01 two\n191,11,99999999999,-;\n"), ScanOptions{})
		var shown []string
		for {
			r, err := s.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			f.Begin(r)
			shown = append(shown, all(f)...)
		}
		again := NewScanner(strings.NewReader(strings.Join(shown, "")), ScanOptions{Format: Text})
		for _, want := range shown {
			r, err := again.Next()
			if err != nil {
				t.Fatal(err)
			}
			f.Begin(r)
			if got := all(f); !slices.Equal(got, []string{want}) {
				t.Errorf("%+v: got %q, want %q", format, got, want)
			}
		}
	}
}
