package kmsg

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
)

// As the kernel was seen to do it: with the header 14,573,48210592,- the first
// fragment carries 968 bytes of the body, the next 966.
func TestFragments(t *testing.T) {
	head := "14,573,48210592,-"
	body := strings.Repeat("0123456789", 250)
	f := newFormatter(t, Format{Extended: true})
	for _, tt := range []struct {
		total int // of the record
		want  []int
	}{
		{999, []int{999}},
		{1000, []int{1000}},
		{1001, []int{1000, 47}},
		{len(head) + 1 + 968 + 966, []int{1000, 1000}},
		{len(head) + 1 + 968 + 966 + 1, []int{1000, 1000, 36}},
	} {
		record := head + ";" + body[:tt.total-len(head)-2] + "\n"
		f.Begin(parse(t, record))
		got := all(f)
		var sizes []int
		for _, p := range got {
			sizes = append(sizes, len(p))
		}
		if fmt.Sprint(sizes) != fmt.Sprint(tt.want) {
			t.Errorf("%d bytes: %d, want %d", tt.total, sizes, tt.want)
		}
		if len(got) > 1 {
			if rest, ok := strings.CutPrefix(got[0], fmt.Sprintf("%s,ncfrag=0/%d;", head, tt.total-len(head)-1)); !ok || rest != body[:len(rest)] {
				t.Errorf("first fragment %.60q", got[0])
			}
		}
	}
}

// The release and the userdata count towards the limit.
func TestFragmentLimit(t *testing.T) {
	ud := []Userdata{{"key", "value"}}
	for _, format := range []Format{
		{},
		{Release: "7.3.4+deb13-cloud-amd64"},
		{Userdata: ud},
		{Release: "7.3.4", Userdata: ud, SysRelease: "7.3.4", MsgID: true},
	} {
		format.Extended = true
		whole := newFormatter(t, format)
		whole.Begin(parse(t, "6,1,2,-;\n"))
		extra := len(all(whole)[0])
		for n := 995 - extra; n < 1005-extra; n++ {
			f := newFormatter(t, format)
			f.Begin(parse(t, "6,1,2,-;"+strings.Repeat("x", n)+"\n"))
			got := all(f)
			if whole := n+extra <= ChunkMax; whole != (len(got) == 1) || whole && len(got[0]) != n+extra {
				t.Errorf("%+v, %d bytes: %d payloads, the first of %d", format, n+extra, len(got), len(got[0]))
			}
		}
	}
}

// The largest block of userdata that a target takes; the kernel needed 68
// packets for these 65294 bytes.
func TestFragmentsUserdataMax(t *testing.T) {
	var ud []Userdata
	for i := range UserdataKeys {
		ud = append(ud, Userdata{fmt.Sprintf("k%049d", i), strings.Repeat("v", UserdataValueMax)})
	}
	f := newFormatter(t, Format{Extended: true, Userdata: ud})
	f.Begin(parse(t, "14,661,78345678,-;"+strings.Repeat("x", 65294-256*(1+50+1+199+1)-1)+"\n"))
	got := all(f)
	if len(got) != 68 || !strings.Contains(got[0], ",ncfrag=0/65294;xxx") {
		t.Errorf("%d payloads; %.60q", len(got), got[0])
	}
}

// The longest header that Parse takes leaves room for the body.
func TestFragmentsLongestHeader(t *testing.T) {
	head := fmt.Sprintf("%d,%d,%d,-,", uint32(math.MaxUint32), uint64(math.MaxUint64), uint64(math.MaxUint64))
	head += strings.Repeat("k", maxHeader-len(head))
	record := head + ";" + strings.Repeat("x", 60000) + "\n"
	f := newFormatter(t, Format{Extended: true, Release: strings.Repeat("r", releaseMax)})
	f.Begin(parse(t, record))
	if got := reassemble(t, all(f), f.release); got != record {
		t.Errorf("%d bytes, want %d", len(got), len(record))
	}
	// A record that Parse did not see ends too.
	f.Begin(Record{Raw: bytes.Repeat([]byte("x"), 3000)})
	for _, p := range all(f) {
		if len(p) > ChunkMax {
			t.Errorf("%d bytes", len(p))
		}
	}
}

// reassemble puts a record together again as a receiver would, and checks the
// fragments' sizes and offsets.
func reassemble(t *testing.T, payloads []string, release []byte) string {
	t.Helper()
	var head, body string
	for i, p := range payloads {
		if len(p) > ChunkMax || len(payloads) > 1 && i < len(payloads)-1 && len(p) != ChunkMax || len(p) == 0 {
			t.Fatalf("payload %d of %d has %d bytes", i, len(payloads), len(p))
		}
		p, ok := strings.CutPrefix(p, string(release))
		if !ok {
			t.Fatalf("payload %d: no release in %.60q", i, p)
		}
		if len(payloads) == 1 {
			return p
		}
		h, text, ok := strings.Cut(p, ";")
		j := strings.LastIndex(h, ",ncfrag=")
		var off, total int
		if _, err := fmt.Sscanf(h[max(j, 0):], ",ncfrag=%d/%d", &off, &total); err != nil || !ok || j < 0 {
			t.Fatalf("payload %d: %.60q: %v", i, p, err)
		}
		if off != len(body) || i > 0 && h[:j] != head || len(text) == 0 {
			t.Fatalf("payload %d: offset %d after %d bytes, header %q after %q", i, off, len(body), h, head)
		}
		head, body = h[:j], body+text
		if last := i == len(payloads)-1; last != (len(body) == total) {
			t.Fatalf("payload %d of %d: %d of %d bytes", i, len(payloads), len(body), total)
		}
	}
	return head + ";" + body
}

func FuzzFormat(f *testing.F) {
	f.Add([]byte("6,1,2,-;a\\x0ab\n A=1\n"), "7.3.4", "key=value", uint64(3))
	f.Add([]byte("6,1,2,-,caller=T1;"+strings.Repeat("long ", 500)), "", "k="+strings.Repeat("v", 199), uint64(0))
	f.Add([]byte("14,1,99999999999,c;"+strings.Repeat(`\x0a`, 400)), "", "=", uint64(1<<63))
	f.Fuzz(func(t *testing.T, raw []byte, release, userdata string, lost uint64) {
		r, err := Parse(raw)
		if err != nil {
			return
		}
		u, err := ParseUserdata(userdata)
		if err != nil {
			return
		}
		ext, err := NewFormatter(Format{Extended: true, Release: release, Userdata: []Userdata{u}, SysRelease: release, MsgID: true})
		if err != nil {
			return
		}
		ext.Begin(r)
		want := string(raw)
		if u.Value != "" {
			want += " " + u.Key + "=" + u.Value + "\n"
		}
		if release != "" {
			want += " release=" + release + "\n"
		}
		want += " msgid=1\n"
		if got := reassemble(t, all(ext), ext.release); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
		loss := Loss{Count: lost, First: r.Seq, Last: r.Seq, Usec: r.Usec, Why: userdata}
		ext.BeginLoss(loss)
		if _, err := Parse([]byte(reassemble(t, all(ext), ext.release))); err != nil {
			t.Fatal(err)
		}

		for _, format := range []Format{{}, {NoTime: true, Syslog: true}} {
			basic := newFormatter(t, format)
			basic.BeginLoss(loss)
			if got := all(basic); got != nil {
				t.Fatalf("%q", got)
			}
			basic.Begin(r)
			got := all(basic)
			stream := strings.Join(got, "")
			for i, p := range got {
				if i < len(got)-1 && len(p) != ChunkMax || len(p) == 0 || len(p) > ChunkMax {
					t.Fatalf("payload %d has %d bytes", i, len(p))
				}
			}
			if len(stream) >= basicMax || stream == "" || !strings.HasSuffix(stream, "\n") && lost == 0 {
				t.Fatalf("%d bytes: %q", len(stream), stream)
			}
			if lost > 0 {
				stream, _ = strings.CutPrefix(stream, fmt.Sprintf("** %d printk messages dropped **\n", lost))
			}
			checkLines(t, stream, r, format)
		}
	})
}

// checkLines strips the prefixes again: what is left must begin the text.
func checkLines(t *testing.T, stream string, r Record, format Format) {
	t.Helper()
	prefix := ""
	if format.Syslog {
		prefix = fmt.Sprintf("<%d>", r.Priority)
	}
	if !format.NoTime {
		prefix += fmt.Sprintf("[%5d.%06d]", r.Usec/1e6, r.Usec%1e6)
	}
	if id := r.Caller(); id != nil {
		prefix += "[" + strings.Repeat(" ", max(0, 6-len(id))) + string(id) + "]"
	}
	if !format.NoTime || r.Caller() != nil {
		prefix += " "
	}
	text := string(r.AppendText(nil)) + "\n"
	var stripped strings.Builder
	for line := range strings.SplitAfterSeq(stream, "\n") {
		if line == "" {
			break
		}
		line, ok := strings.CutPrefix(line, prefix)
		if !ok && strings.HasSuffix(line, "\n") {
			t.Fatalf("no %q in %q", prefix, line)
		}
		if ok {
			stripped.WriteString(line)
		}
	}
	if got := strings.TrimSuffix(stripped.String(), "\n"); !strings.HasPrefix(text, got) {
		t.Fatalf("%q is no beginning of %q", got, text)
	}
}
