package cli_test

import (
	"bufio"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// These tests do what the kernel's own do in
// tools/testing/selftests/drivers/net/netconsole, one for each of its scripts,
// with a mounted tree on a veth pair.

var receivers = map[string]string{"IPv6": "fc00::2", "IPv4": "192.0.2.2"}

func TestSelftestBasic(t *testing.T) {
	s := newSelftest(t)
	for family, addr := range receivers {
		for _, format := range []string{"basic", "extended"} {
			text := "netcons_basic " + family + " " + format
			if format == "extended" {
				s.target(addr, "extended=1", "userdata/key/value=value of "+text, "enabled=1")
			} else {
				s.target(addr, "enabled=1")
			}
			s.logs(text)
			got := s.arrives(text + "\n")
			if format == "extended" && !strings.Contains(got, text+"\n key=value of "+text+"\n") {
				t.Errorf("%s: no userdata in\n%s", text, got)
			}
			s.remove()
		}
	}
	s.end()
}

// kernelRelease is what `uname -r` prints.
func kernelRelease(t *testing.T) string {
	t.Helper()
	var u unix.Utsname
	must(t, unix.Uname(&u))
	return unix.ByteSliceToString(u.Release[:])
}

// headers are those of fragments.
func headers(t *testing.T) *regexp.Regexp {
	t.Helper()
	return regexp.MustCompile(`(` + regexp.QuoteMeta(kernelRelease(t)) + `,)?6,\d+,\d+,-,ncfrag=\d+/\d+;`)
}

// TestSelftestFragmented joins what arrives as the original does: without the
// headers, message and userdata are in one piece.
func TestSelftestFragmented(t *testing.T) {
	s := newSelftest(t)
	for i, release := range []string{"1", "0"} {
		message := strings.Repeat("MSG"+strconv.Itoa(i), 225)
		value := strings.Repeat("V"+strconv.Itoa(i), 95)
		s.target("fc00::2", "extended=1", "release="+release, "userdata/key/value="+value, "enabled=1")
		s.logs(message)
		s.until("all fragments arrive", func() bool { return strings.HasSuffix(s.received(), value[150:]+"\n") })
		got := s.received()
		if n := len(headers(t).FindAllString(got, -1)); n != 2+2*i {
			t.Errorf("release %s: %d headers in\n%s", release, n, got)
		}
		if joined := headers(t).ReplaceAllString(got, ""); !strings.Contains(joined, message+"\n key="+value+"\n") {
			t.Errorf("release %s: not in one piece:\n%s", release, joined)
		}
		s.remove()
	}
	s.end()
}

func TestSelftestOverflow(t *testing.T) {
	s := newSelftest(t)
	s.target("fc00::2")
	s.sh("cd $T/t/userdata; for i in $(seq 256); do mkdir key$i; done")
	if out, err := s.shell("mkdir $T/t/userdata/key257").CombinedOutput(); err == nil || !strings.Contains(string(out), unix.ENOSPC.Error()) &&
		!strings.Contains(string(out), "No space left") {
		t.Errorf("a key too many: %v, %s", err, out)
	}
	s.remove()
	s.end()
}

func TestSelftestSysdata(t *testing.T) {
	s := newSelftest(t)
	release := kernelRelease(t)
	s.target("fc00::2", "extended=1", "userdata/release_enabled=1", "userdata/msgid_enabled=1", "enabled=1")
	s.logs("sysdata one")
	s.arrives("sysdata one\n release=" + release + "\n msgid=1\n")
	s.sh("mkdir $T/t/userdata/key; echo value > $T/t/userdata/key/value")
	s.logs("sysdata two")
	s.arrives("sysdata two\n key=value\n release=" + release + "\n msgid=2\n")
	s.sh("cd $T/t/userdata; echo 0 > release_enabled; echo 0 > msgid_enabled; rmdir key")
	s.logs("sysdata none")
	if got := s.arrives("sysdata none\n"); !strings.HasSuffix(got, "sysdata none\n") {
		t.Errorf("something behind it: %q", got[strings.Index(got, "sysdata none"):])
	}
	s.remove()
	s.end()
}

// TestSelftestUserdata changes values one after the other, and then by three
// scripts at once of which no command may fail, while records are sent.
func TestSelftestUserdata(t *testing.T) {
	s := newSelftest(t)
	s.target("fc00::2", "extended=1", "enabled=1")
	for i, c := range []struct{ script, want string }{
		{"mkdir $T/t/userdata/k; echo first > $T/t/userdata/k/value", " k=first\n"},
		{"echo second > $T/t/userdata/k/value", " k=second\n"},
		{"echo > $T/t/userdata/k/value", ""},
		{"echo third > $T/t/userdata/k/value", " k=third\n"},
		{"rmdir $T/t/userdata/k", ""},
	} {
		s.sh(c.script)
		text := fmt.Sprintf("userdata %d\n", i)
		s.logs(strings.TrimSuffix(text, "\n"))
		if got := s.arrives(text + c.want); !strings.HasSuffix(got, text+c.want) {
			t.Errorf("%s: %q", c.script, got[strings.Index(got, text):])
		}
	}
	var churners []func() error
	for i := range 3 {
		c := s.shell(fmt.Sprintf(`cd $T/t/userdata
			for i in $(seq 40); do
				mkdir c%[1]d; echo short%[1]d > c%[1]d/value; printf '%%0190d\n' $i > c%[1]d/value
				mkdir d%[1]d; printf '%%0180d\n' $i > d%[1]d/value; cat c%[1]d/value > /dev/null
				echo > c%[1]d/value; rmdir c%[1]d; rmdir d%[1]d
			done`, i))
		var said strings.Builder
		c.Stdout, c.Stderr = &said, &said
		must(t, c.Start())
		churners = append(churners, func() error {
			if err := c.Wait(); err != nil || said.Len() > 0 {
				return fmt.Errorf("churner %d: %w: %s", i, err, said.String())
			}
			return nil
		})
	}
	for i := range 200 {
		s.logs(fmt.Sprintf("%s churn %d.", strings.Repeat("x", i*3), i))
		if i%10 == 9 { // or the receiver's buffer would overflow
			s.until("the receiver keeps up", func() bool {
				return strings.Contains(headers(t).ReplaceAllString(s.received(), ""), fmt.Sprintf(" churn %d.", i))
			})
		}
	}
	for _, wait := range churners {
		if err := wait(); err != nil {
			t.Error(err)
		}
	}
	s.sh(`mkdir $T/t/userdata/long; printf '%0190d\n' 7 > $T/t/userdata/long/value`)
	s.logs(strings.Repeat("y", 900) + " in fragments")
	got := s.arrives("0007\n")
	if !headers(t).MatchString(got) {
		t.Error("nothing came in fragments")
	}
	got = headers(t).ReplaceAllString(got, "")
	for i := range 200 {
		if text := fmt.Sprintf(" churn %d.", i); strings.Count(got, text) != 1 {
			t.Errorf("%q came %d times", text, strings.Count(got, text))
		}
	}
	s.remove()
	s.end()
}

// TestSelftestCmdline has targets from the command line, by name and by MAC address.
func TestSelftestCmdline(t *testing.T) {
	for name, dev := range map[string]string{"by name": "eth0", "by MAC address": "02:00:00:00:00:0a"} {
		t.Run(name, func(t *testing.T) {
			s := newSelftest(t, "--policy", "kernel", "+1514@fc00::1/"+dev+",6666@fc00::2/02:00:00:00:00:0b")
			s.logs("netcons_cmdline " + name)
			s.arrives("netcons_cmdline " + name)
			if got := s.sh("ls $T; mkdir $T/cmdline0; cd $T/cmdline0; cat enabled dev_name local_port remote_ip"); got != "1\neth0\n1514\nfc00::2\n" {
				t.Errorf("cmdline0 shows %q", got)
			}
			s.sh("rmdir $T/cmdline0")
			s.end()
		})
	}
}

// TestSelftestResume takes the device away and gives it back.
func TestSelftestResume(t *testing.T) {
	for name, dev := range map[string]string{"by name": "eth0", "by MAC address": "02:00:00:00:00:0a"} {
		t.Run(name, func(t *testing.T) {
			s := newSelftest(t, "--policy", "kernel", "6665@fc00::1/"+dev+",6666@fc00::2/02:00:00:00:00:0b")
			s.sh("mkdir $T/cmdline0")
			s.shows("cmdline0/enabled", "1")
			s.p.A.Delete()
			s.shows("cmdline0/enabled", "0")
			s.p.Connect()
			s.shows("cmdline0/enabled", "1")
			s.logs("netcons_resume " + name)
			s.arrives("netcons_resume " + name)
			s.end()
		})
	}
}

// TestSelftestTorture toggles, makes, removes and flaps for 150 rounds, with ten records in each.
func TestSelftestTorture(t *testing.T) {
	s := newSelftest(t)
	s.target("fc00::2", "extended=1", "userdata/key/value=value", "enabled=1")
	torture := s.shell(`cd $T
		for i in $(seq 150); do
			echo $i
			case $((i % 3)) in
			0) echo 0 > t/enabled; echo 1 > t/enabled ;;
			1) mkdir r$i; echo fc00::2 > r$i/remote_ip; echo 1 > r$i/enabled; rmdir r$i ;;
			2) ip link set eth0 down; ip link set eth0 up; ip addr replace fc00::1/64 dev eth0 nodad ;;
			esac
		done`)
	var said strings.Builder
	torture.Stderr = &said
	rounds, err := torture.StdoutPipe()
	must(t, err)
	must(t, torture.Start())
	n := 0
	for lines := bufio.NewScanner(rounds); lines.Scan(); n++ { // ten in every round
		for range 10 {
			s.logs("torture, round " + lines.Text())
		}
	}
	if n != 150 {
		t.Errorf("%d rounds", n)
	}
	if err := torture.Wait(); err != nil || said.Len() > 0 {
		t.Fatalf("%v: %s\n%s", err, said.String(), s.daemon.diag)
	}
	s.shows("t/enabled", "1")
	s.until("the device is ready", func() bool {
		s.logs("torture is over")
		return strings.Contains(s.received(), "torture is over")
	})
	if es, err := filepath.Glob(s.dir + "/r*"); err != nil || len(es) > 0 {
		t.Errorf("left: %q, %v", es, err)
	}
	s.end()
}

// TestSelftestMaster shows the rules for a device that joins another, with a
// bridge for the original's bond, which few kernels have ready.
func TestSelftestMaster(t *testing.T) {
	s := newSelftest(t, "--policy", "kernel")
	s.target("fc00::2", "local_ip=fc00::1", "enabled=1")
	s.p.A.Enslave("br0")
	s.shows("t/enabled", "0")
	must(t, s.p.A.Do(func() error {
		if got := put(s.dir+"/t/enabled", []byte("1\n")); got != "write: EBUSY (16)" {
			t.Errorf("enabling a bridge's port: %s", got)
		}
		return nil
	}))
	s.sh("cd $T/t; echo br0 > dev_name; echo 1 > enabled")
	s.until("the bridge forwards", func() bool {
		s.logs("through the bridge")
		return strings.Contains(s.received(), "through the bridge")
	})
	s.shows("t/enabled", "1")
	s.end()
}
