package netconsole

import (
	"errors"
	"net/netip"
	"strings"
	"syscall"
	"testing"
)

// TestStoreAddr goes where the corpus has no case (read in net/core/utils.c): want is what local_ip shows afterwards, ok
// whether the write was taken. All begin with fe80::7.
func TestStoreAddr(t *testing.T) {
	for _, c := range []struct {
		write, want string
		ok          bool
	}{
		{"192.0.2.1:80", "c000:201::7", false}, // half applied: four bytes, and the family stays
		{"192.0.2.1x", "c000:201::7", false},
		{"192.0.2.1a", "fe80::7", false}, // a could be part of an address, but not of this one
		{"192.0.2.1\nx", "192.0.2.1", true},
		{"192.0.2.1\x00x", "192.0.2.1", true},
		{"0192.000.002.00001", "192.0.2.1", true},
		{"::ffff:1.2.3.4:5", "::ffff:1.2.3.4", false},
		{"::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", true}, // :: for no group at all
		{"1:2:3:4::5:6:7:8", "1:2:3:4:5:6:7:8", true},
		{"1:2:3:4:5:6:7:8::", "fe80::7", false},
		{"1::2:3:4:5:6:7:8::", "fe80::7", false},
		{"00001::", "1::", true},
		{"fe80::5efe:192.0.2.1", "fe80::5efe:192.0.2.1", true}, // ISATAP is shown with dots
		{"fe80::200:5efe:c000:201", "fe80::200:5efe:192.0.2.1", true},
		{"::5efe:0:0", "::5efe:0.0.0.0", true},
		{"", "fe80::7", false},
		{"\x00", "fe80::7", false},
		{"fe80::9/64", "fe80::9", false},
	} {
		a := DefaultAttributes()
		if err := a.Store("local_ip", []byte("fe80::7"), false); err != nil {
			t.Fatal(err)
		}
		err := a.Store("local_ip", []byte(c.write), false)
		if got, _ := a.Show("local_ip"); got != c.want+"\n" || (err == nil) != c.ok {
			t.Errorf("%q: %q, %v; want %q, %v", c.write, got, err, c.want, c.ok)
		}
	}
}

func TestStoreName(t *testing.T) {
	for _, c := range []struct {
		write, want string
		errno       syscall.Errno
		enabled     bool
	}{
		{"abcdefghijklmn\n\n", "abcdefghijklmn", 0, false}, // 15 bytes are copied, then one newline goes
		{"abcdefghijklmno\n\n", "eth0", syscall.ENAMETOOLONG, false},
		{"abcdefghijklmnop", "eth0", syscall.ENAMETOOLONG, true}, // found before the target is looked at
		{"eth1", "eth0", syscall.EINVAL, true},
	} {
		a := DefaultAttributes()
		err := a.Store("dev_name", []byte(c.write), c.enabled)
		if got, _ := a.Show("dev_name"); got != c.want+"\n" || c.errno != 0 && !errors.Is(err, c.errno) || c.errno == 0 && err != nil {
			t.Errorf("%q: %q, %v; want %q, %v", c.write, got, err, c.want, c.errno)
		}
	}
	a := DefaultAttributes()
	if err := a.Store("nonesuch", []byte("1"), true); !errors.Is(err, syscall.ENOENT) {
		t.Error(err)
	}
	if err := a.Store("local_port", []byte("99999999999999999999x"), false); !errors.Is(err, syscall.ERANGE) {
		t.Errorf("beyond 64 bits: %v", err)
	}
	if err := a.Store("local_port", []byte("65536x"), false); !errors.Is(err, syscall.EINVAL) {
		t.Errorf("beyond 16 bits: %v", err)
	}
}

// TestAttributesOf takes targets of the command line there and back.
func TestAttributesOf(t *testing.T) {
	for _, line := range []string{
		"+r1@192.0.2.1/eth7,2@192.0.2.2/02:00:00:00:00:02",
		"6665@/02:00:00:00:00:01,6666@fe80::2/ff:ff:ff:ff:ff:ff",
		"0@::1/lo,0@::ffff:1.2.3.4/00:00:00:00:00:00",
	} {
		ts, err := Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		a := AttributesOf(ts[0])
		if a.Target() != ts[0] || a.Target().String() != line {
			t.Errorf("%s: %s", line, a.Target())
		}
	}
	a := AttributesOf(Target{Device: "02:00:00:00:00:01", RemoteAddr: netip.MustParseAddr("::1")})
	if s, _ := a.Show("dev_name"); s != "\n" || !a.ByMAC() {
		t.Errorf("%q", s)
	}
}

// FuzzStore writes anything anywhere. What was taken shows in a form that is taken again and changes nothing; what was
// refused has changed nothing but addresses.
func FuzzStore(f *testing.F) {
	files := []string{"dev_name", "extended", "release", "local_port", "remote_port", "local_ip", "remote_ip", "remote_mac"}
	for i, s := range []string{"eth0\n", "yes", "off", "+0065535\n", "65536", "fe80::7%eth0", "::ffff:1.2.3.4", "00:11:22:aa:BB:cc\n"} {
		f.Add(uint8(i), []byte(s))
	}
	f.Fuzz(func(t *testing.T, n uint8, data []byte) {
		file := files[int(n)%len(files)]
		a := DefaultAttributes()
		before := a
		err := a.Store(file, data, false)
		shown, ok := a.Show(file)
		if !ok || !strings.HasSuffix(shown, "\n") {
			t.Fatalf("%s shows %q", file, shown)
		}
		if err != nil {
			if errno := syscall.Errno(0); !errors.As(err, &errno) {
				t.Fatalf("%v has no number", err)
			}
			if a != before && !strings.HasSuffix(file, "_ip") {
				t.Fatalf("%s=%q: %v, but it shows %q", file, data, err, shown)
			}
			return
		}
		again := a
		if err := again.Store(file, []byte(shown), false); err != nil || again != a {
			t.Fatalf("%s=%q shows %q, which gives %v and %+v, want %+v", file, data, shown, err, again, a)
		}
		if err := a.Store(file, data, true); err == nil {
			t.Fatal("stored while enabled")
		}
	})
}
