//go:build !race

package output

import (
	"testing"
	"time"
)

// With the race detector sync.Pool forgets on purpose, so this does not run then.
func TestNoAllocations(t *testing.T) {
	m := message(t, web, day, `12,416,12345678,-,caller=T7;caf\xc3\xa9 \x1b[m \xff`+"\n SUBSYSTEM=usb\n role=store\n cpu=3\n msgid=77\n")
	for _, spec := range []string{"host=192.0.2.0/24", "severity<=err", "facility=user", "text~x|stor.*e"} {
		f, err := ParseFilter(spec, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(1000, func() { f.Match(m) }); n > 0 {
			t.Errorf("%s: %v allocations", spec, n)
		}
	}
	other := message(t, lab, day, "<6>[    1.000000] basic\n")
	for name, f := range map[string]appender{
		"text": NewTextFormat(TextOptions{Verbose: true, Colour: true, Width: func() int { return 60 }}),
		"json": NewJSONFormat(JSONOptions{}),
	} {
		var b []byte
		at := day
		if n := testing.AllocsPerRun(1000, func() {
			b = f.AppendMessage(b[:0], m)
			b = f.AppendMessage(b, other)
			at = at.Add(300 * time.Microsecond)
			m.Time = at
		}); n > 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
