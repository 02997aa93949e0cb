package vmcore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	for _, order := range []order{binary.LittleEndian, binary.BigEndian} {
		for _, c := range []struct {
			name string
			make func(*core)
			want string
			lost int
		}{
			{"nothing", func(c *core) { c.desc(reusable) }, "", 0},
			{"records", func(c *core) {
				c.desc(reusable)
				c.log(5, 0, "Linux version")
				c.log(14, 12_345_678_901_234, "of user space; with \x1b and \xff")
				c.log(0, 12_345_678_902_000, "Kernel panic")
			}, "<5>[    0.000000] Linux version\n<14>[12345.678901] of user space; with \x1b and \xff\n<0>[12345.678902] Kernel panic\n", 0},
			{"several lines, and none", func(c *core) { c.log(6, 1_000_000_000, "a\n\nb\n"); c.log(6, 2_000_001_000, "") },
				"<6>[    1.000000] a\n<6>[    1.000000] \n<6>[    1.000000] b\n<6>[    2.000001] \n", 0},
			{"being written", func(c *core) { c.log(6, 0, "a"); c.desc(reserved); c.log(6, 0, "b") },
				"<6>[    0.000000] a\n<6>[    0.000000] b\n", 1},
			{"its text gone", func(c *core) { c.log(6, 0, "a"); c.place -= 16; c.log(6, 0, "b") },
				"<6>[    0.000000] b\n", 1},
			{"no room for its text", func(c *core) { d, _ := c.desc(finalized); c.put64(d+8, 1); c.put64(d+16, 1) }, "", 1},
			{"longer than its block", func(c *core) {
				_, info := c.descs, c.infos+(c.id&7)*infoSize
				c.log(6, 0, "12345678")
				c.order.PutUint16(c.mem[info-base+16:], 200)
			}, "<6>[    0.000000] 12345678\n", 0},
		} {
			m := newCore(order, 3, 8)
			c.make(m)
			l, err := Read(bytes.NewReader(m.file()))
			if err != nil || string(l.Text) != c.want || l.Lost != c.lost {
				t.Errorf("%v, %s: %v, %d lost, want %d\n%q\nwant\n%q", order, c.name, err, l.Lost, c.lost, l.Text, c.want)
			}
			if l.Release != "7.3.4-test" || !l.Time.Equal(time.Unix(1764040320, 0)) {
				t.Errorf("%s, %v", l.Release, l.Time)
			}
		}
	}
}

// TestReadAround has rings that went around many times, with texts of all
// lengths at their end.
func TestReadAround(t *testing.T) {
	m := newCore(binary.LittleEndian, 3, 9)
	var lines []string
	for i := range 1000 {
		text := fmt.Sprintf("%d %s", i, strings.Repeat("x", i%41))
		lines = append(lines, fmt.Sprintf("<6>[    0.000000] %s\n", text))
		m.log(6, 0, text)
		n := min(len(lines), 8)
		m.put64(m.ring+40, (m.id-uint64(n))&idMask)
		l, err := Read(bytes.NewReader(m.file()))
		if d := cmp.Diff(strings.Join(lines[len(lines)-n:], ""), string(l.Text)); d != "" || err != nil || l.Lost > 0 {
			t.Fatalf("after %d: %v, %d lost: %s", i, err, l.Lost, d)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	good := newCore(binary.LittleEndian, 3, 8)
	good.log(6, 0, "a")
	for _, c := range []struct {
		name string
		make func() []byte
		want string
	}{
		{"text", func() []byte { return bytes.Repeat([]byte("text"), 100) }, "not a 64-bit ELF file"},
		{"short", func() []byte { return []byte("\x7fELF") }, "read its header: "},
		{"32 bits", func() []byte { f := good.file(); f[4] = 1; return f }, "not a 64-bit ELF file"},
		{"no note", func() []byte { return bytes.Replace(good.file(), []byte("VMCOREINFO"), []byte("OTHERSINFO"), 1) }, "it has no note VMCOREINFO"},
		{"old kernel", func() []byte { return bytes.Replace(good.file(), []byte("SYMBOL(prb)"), []byte("SYMBOL(log)"), 1) },
			"its VMCOREINFO has no SYMBOL(prb) (of kernels before 5.10 "},
		{"other longs", func() []byte {
			return bytes.Replace(good.file(), []byte("atomic_long_t)=8"), []byte("atomic_long_t)=4"), 1)
		},
			"it is of a kernel that is not a 64-bit one"},
		{"impossible structure", func() []byte {
			return bytes.Replace(good.file(), []byte("SIZE(prb_desc)=24"), []byte("SIZE(prb_desc)=16"), 1)
		},
			"its struct prb_desc is not one"},
		{"cut", func() []byte { f := good.file(); return f[:8192+60] }, "read 8 bytes at "},
		{"elsewhere", func() []byte { return bytes.Replace(good.file(), []byte("(prb)=ffff"), []byte("(prb)=fff0"), 1) }, "8 bytes at 0xfff0"},
		{"too many", func() []byte {
			c := newCore(binary.LittleEndian, 3, 8)
			c.put64(c.ring+32, c.id+8)
			return c.file()
		}, "its log is not one: "},
	} {
		if l, err := Read(bytes.NewReader(c.make())); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %q, %v; want %s", c.name, l.Text, err, c.want)
		}
	}
}

// FuzzRead has a good image of which a part is something else.
func FuzzRead(f *testing.F) {
	m := newCore(binary.LittleEndian, 3, 8)
	for i := range 20 {
		m.log(6, uint64(i), strings.Repeat("x", i))
	}
	m.put64(m.ring+40, (m.id-8)&idMask)
	file := m.file()
	f.Add(uint16(0), []byte("\x7fELF"))
	f.Add(uint16(headerLen), []byte{1, 0, 0, 0})
	f.Add(uint16(4096), []byte("VMCOREINFO"))
	f.Add(uint16(8192+88), []byte{3, 0, 0, 0})
	f.Fuzz(func(t *testing.T, at uint16, part []byte) {
		b := bytes.Clone(file)
		copy(b[int(at)%len(b):], part)
		if l, err := Read(bytes.NewReader(b)); err == nil && len(l.Text) > 1<<20 {
			t.Errorf("%d bytes of text out of %d", len(l.Text), len(b))
		}
	})
}
