package kmsg

import (
	"slices"
	"strings"
	"testing"
)

func TestLossExtended(t *testing.T) {
	tests := []struct {
		name string
		f    Format
		l    Loss
		want string
	}{
		{"several", Format{}, Loss{3, 417, 419, 6352869, "overwritten"},
			"44,419,6352869,-;netkmsg: 3 records lost: 417-419 (overwritten)\n NETKMSG_LOST=417-419\n NETKMSG_COUNT=3\n"},
		{"one", Format{}, Loss{1, 417, 417, 5, "overwritten"},
			"44,417,5,-;netkmsg: 1 record lost: 417 (overwritten)\n NETKMSG_LOST=417\n NETKMSG_COUNT=1\n"},
		{"some of a range", Format{}, Loss{2, 417, 430, 5, "send queue full"},
			"44,430,5,-;netkmsg: 2 records lost: 417-430 (send queue full)\n NETKMSG_LOST=417-430\n NETKMSG_COUNT=2\n"},
		{"no reason", Format{}, Loss{1, 0, 0, 0, ""},
			"44,0,0,-;netkmsg: 1 record lost: 0\n NETKMSG_LOST=0\n NETKMSG_COUNT=1\n"},
		{"escaped", Format{}, Loss{1, 1, 1, 1, "a\n\\é"},
			"44,1,1,-;netkmsg: 1 record lost: 1 (a\\x0a\\x5c\\xc3\\xa9)\n NETKMSG_LOST=1\n NETKMSG_COUNT=1\n"},
		{"release, but nothing else", Format{Release: "7.3.4", Userdata: []Userdata{{"a", "1"}}, SysRelease: "7.3.4", MsgID: true}, Loss{1, 1, 1, 1, ""},
			"7.3.4,44,1,1,-;netkmsg: 1 record lost: 1\n NETKMSG_LOST=1\n NETKMSG_COUNT=1\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.f.Extended = true
			f := newFormatter(t, tt.f)
			f.BeginLoss(tt.l)
			got := all(f)
			if !slices.Equal(got, []string{tt.want}) {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
			r := parse(t, strings.TrimPrefix(got[0], string(f.release)))
			if r.Level() != 4 || r.Facility() != 5 || r.Seq != tt.l.Last || r.Usec != tt.l.Usec {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestLossBasic(t *testing.T) {
	f := newFormatter(t, Format{})
	f.Begin(parse(t, "6,1,2,-;before\n"))
	for _, n := range []uint64{100, 0, 9} {
		f.BeginLoss(Loss{Count: n, First: 1, Last: 200})
		if got := all(f); got != nil {
			t.Errorf("%q", got)
		}
	}
	for _, want := range []string{
		"** 109 printk messages dropped **\n[    0.000002] after\n",
		"[    0.000002] after\n", // told once
	} {
		f.Begin(parse(t, "6,1,2,-;after\n"))
		if got := all(f); !slices.Equal(got, []string{want}) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Mark and record together keep the record's limit: the record's end gives way.
func TestLossBasicLimit(t *testing.T) {
	const mark = "** 1 printk messages dropped **\n"
	text := strings.Repeat("x", 1000) + `\x0a` + strings.Repeat("y", 983)
	whole := mark + "[    0.000002] " + strings.Repeat("x", 1000) + "\n[    0.000002] " + strings.Repeat("y", 983) + "\n"
	for cut, record := range []string{text, text + "y", text + "yy"} {
		f := newFormatter(t, Format{})
		f.BeginLoss(Loss{Count: 1})
		f.Begin(parse(t, "6,1,2,-;"+record))
		got := strings.Join(all(f), "")
		want := whole
		if cut > 0 {
			want = whole[:len(whole)-1] + "y"
		}
		if len(want) != 2047 || got != want {
			t.Errorf("%d bytes too many: got %d bytes ending in %q", cut, len(got), got[len(got)-20:])
		}
	}
}
