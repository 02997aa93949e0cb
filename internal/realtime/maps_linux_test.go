package realtime

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var fields = cmp.AllowUnexported(mapping{})

func TestReadable(t *testing.T) {
	const maps = `00400000-00575000 r-xp 00000000 fe:00 9982467                            /sbin/netkmsg-rescue
2ed00000-2fd00000 ---p 00000000 00:00 0
2fd00000-30100000 rw-p 00000000 00:00 0
ffe00000-ffe01000 --xp 00000000 00:00 0                  [vsyscall]
`
	if d := cmp.Diff([]mapping{{0x400000, 0x575000}, {0x2fd00000, 0x30100000}}, readable(maps), fields); d != "" {
		t.Error(d)
	}
	if got := readable(""); got != nil {
		t.Errorf("%v", got)
	}
}

func TestUsed(t *testing.T) {
	const at = 0x10000000
	for _, c := range []struct {
		name string
		m    mapping
		busy []uintptr
		want []mapping
	}{
		{"small", mapping{at, at + large - 4096}, nil, []mapping{{at, at + large - 4096}}},
		{"room only", mapping{at, at + large}, nil, nil},
		{"a page", mapping{at, at + 4*large}, []uintptr{at + 5*part + 8}, []mapping{{at + 5*part, at + 6*part}}},
		{"the rest at the end", mapping{at, at + large + 4096}, []uintptr{at, at + large},
			[]mapping{{at, at + part}, {at + large, at + large + 4096}}},
	} {
		got := c.m.used(func(p mapping) bool {
			for _, a := range c.busy {
				if p.start <= a && a < p.end {
					return true
				}
			}
			return false
		})
		if d := cmp.Diff(c.want, got, fields); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}
