package frame_test

import (
	"strings"
	"testing"

	"netkmsg/frame"
)

func TestParseOptions(t *testing.T) {
	for in, want := range map[string]string{
		"pad": "", "0": "0", "pad,0,pad": "0", "router-alert": "router-alert=0", "router-alert=0x102": "router-alert=258",
		"0x1e=0A0b,5=ff,1=": "30=0a0b,5=ff,1=", "5=0001": "router-alert=1", "9=" + strings.Repeat("00", 255): "9=" + strings.Repeat("00", 255),
	} {
		opts, err := frame.ParseOptions(in)
		var got []string
		for _, o := range opts {
			got = append(got, o.String())
		}
		if s := strings.Join(got, ","); s != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", in, s, err, want)
		}
	}
	for in, want := range map[string]string{
		"":                                      `"": want pad, `,
		"pad=1":                                 `"pad=1": want pad, `,
		"5":                                     `"5": want pad, `,
		"0=":                                    `"0=": want pad, `,
		"256=00":                                `"256=00": want pad, `,
		"7=0":                                   `"7=0": want pad, `,
		"7=" + strings.Repeat("00", 256):        `"7=`,
		"router-alert=":                         "router-alert=: want a number up to 65535",
		"router-alert=65536":                    "router-alert=65536: want a number up to 65535",
		strings.Repeat("7=0000,", 511) + "7=00": "options of 2047 bytes: a header holds 2046",
	} {
		if opts, err := frame.ParseOptions(in); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.20s: %v, %v", in, opts, err)
		}
	}
}

// FuzzParseOptions: what is read is written and read again alike.
func FuzzParseOptions(f *testing.F) {
	f.Add("pad,router-alert,0,7=0102")
	f.Fuzz(func(t *testing.T, s string) {
		opts, err := frame.ParseOptions(s)
		if err != nil {
			return
		}
		text := []string{"pad"}
		for _, o := range opts {
			text = append(text, o.String())
		}
		again, err := frame.ParseOptions(strings.Join(text, ","))
		if err != nil || len(again) != len(opts) {
			t.Fatalf("%q: %v, then %v, %v", s, opts, again, err)
		}
		for i := range again {
			if again[i].String() != opts[i].String() {
				t.Errorf("%q: %v, then %v", s, opts[i], again[i])
			}
		}
	})
}
