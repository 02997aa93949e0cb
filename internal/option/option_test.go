package option_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"netkmsg/internal/option"
)

// values are what a set of one flag of each kind fills.
type values struct {
	text, way   string
	yes, on, h  bool
	wait        time.Duration
	number      uint16
	array, list []string
}

func (v *values) set() *option.Set {
	s := new(option.Set)
	s.StringVar(&v.text, "text", "start", "read `FILE` instead")
	s.StringVar(&v.way, "way", "", "go on, and `HOW`")
	s.Lookup("way").NoOptDefVal = "fast"
	s.BoolVar(&v.yes, "yes", false, "agree to everything that is asked from here on, without a word")
	s.BoolVar(&v.on, "on", true, "what is on")
	s.DurationVar(&v.wait, "wait", 4*time.Second, "`TIME`")
	s.Uint16Var(&v.number, "number", 1, "`N` of them")
	s.ArrayVar(&v.array, "array", "append `X`")
	s.ListVar(&v.list, "list", "append `X,Y`")
	s.LetterVar(&v.h, 'h')
	return s
}

func TestParse(t *testing.T) {
	initial := values{text: "start", on: true, wait: 4 * time.Second, number: 1}
	with := func(change func(*values)) values { v := initial; change(&v); return v }
	tests := []struct {
		args   string
		want   values
		others []string
	}{
		{"", initial, nil},
		{"a - b", initial, []string{"a", "-", "b"}},
		{"a --text x b --number=7 c", with(func(v *values) { v.text, v.number = "x", 7 }), []string{"a", "b", "c"}},
		{"--text --yes --yes", with(func(v *values) { v.text, v.yes = "--yes", true }), nil},
		{"--text= --text==", with(func(v *values) { v.text = "=" }), nil},
		{"--way x", with(func(v *values) { v.way = "fast" }), []string{"x"}},
		{"--way=x", with(func(v *values) { v.way = "x" }), nil},
		{"--yes=false --on=0", with(func(v *values) { v.on = false }), nil},
		{"--wait 1m30s --number 0x10", with(func(v *values) { v.wait, v.number = 90*time.Second, 16 }), nil},
		{"--array a,b --array c", with(func(v *values) { v.array = []string{"a,b", "c"} }), nil},
		{"--list a,b --list= --list c", with(func(v *values) { v.list = []string{"a", "b", "c"} }), nil},
		{"-h a", with(func(v *values) { v.h = true }), []string{"a"}},
		{"-hh", with(func(v *values) { v.h = true }), nil},
		{"a -- --yes -- -h", initial, []string{"a", "--yes", "--", "-h"}},
	}
	for _, tt := range tests {
		var v values
		others, err := v.set().Parse(strings.Fields(tt.args))
		if got, want := fmt.Sprintf("%+v %q", v, others), fmt.Sprintf("%+v %q", tt.want, tt.others); err != nil || got != want {
			t.Errorf("%s: %v\ngot  %s\nwant %s", tt.args, err, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	for args, want := range map[string]string{
		"--no":            "unknown flag: --no",
		"--no=1":          "unknown flag: --no",
		"--h":             "unknown flag: --h",
		"-x":              "unknown shorthand flag: 'x' in -x",
		"-hx":             "unknown shorthand flag: 'x' in -x",
		"-é":              "unknown shorthand flag: 'é' in -é",
		"--=1":            "bad flag syntax: --=1",
		"---yes":          "bad flag syntax: ---yes",
		"--yes --text":    "flag needs an argument: --text",
		"--yes=perhaps":   `invalid argument "perhaps" for "--yes" flag: strconv.ParseBool: parsing "perhaps": invalid syntax`,
		"--number 65536":  `invalid argument "65536" for "--number" flag: strconv.ParseUint: parsing "65536": value out of range`,
		"--number -1":     `invalid argument "-1" for "--number" flag: strconv.ParseUint: parsing "-1": invalid syntax`,
		"--wait 1 --no x": `invalid argument "1" for "--wait" flag: time: missing unit in duration "1"`,
	} {
		var v values
		if _, err := v.set().Parse(strings.Fields(args)); err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", args, err, want)
		}
	}
}

func TestHelp(t *testing.T) {
	var v values
	const want = `      --text FILE          read FILE instead (default
                           "start")
      --way HOW[="fast"]   go on, and HOW
      --yes                agree to everything that is
                           asked from here on, without a
                           word
      --on                 what is on (default true)
      --wait TIME          TIME (default 4s)
      --number N           N of them (default 1)
      --array X            append X
      --list X,Y           append X,Y
`
	if got := v.set().Help(56); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// Where there is no room, each word has a line, and none is lost.
	got := v.set().Help(1)
	if words := strings.Fields(want); strings.Join(strings.Fields(got), " ") != strings.Join(words, " ") || !strings.Contains(got, "without\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestTwice(t *testing.T) {
	defer func() {
		if r := recover(); r != "flag defined twice: --text" {
			t.Error(r)
		}
	}()
	var v values
	v.set().StringVar(new(string), "text", "", "")
	t.Error("no panic")
}
