package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame/frametest"
)

// A selftest is what the kernel's own tests of netconsole have: a source with
// the tree, used by shell scripts, and a receiver with socat.
type selftest struct {
	*testing.T
	p      *frametest.Pair
	daemon *command
	dir    string
	log    *os.File // the source's
	seq    int
	got    string // the file that socat writes
}

func newSelftest(t *testing.T, args ...string) *selftest {
	t.Helper()
	requireFUSE(t)
	s := &selftest{
		T: t, dir: filepath.Join(t.TempDir(), "tree"), got: filepath.Join(t.TempDir(), "got"),
		p: frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"192.0.2.1/24", "fc00::1/64"}}),
			frametest.B(frametest.Device{Addrs: []string{"192.0.2.2/24", "fc00::2/64"}})),
	}
	s.listen()
	s.daemon = prepare(t, s.p.A, "netkmsg", append([]string{"mount", "--log-format", "json", "--from", "-", s.dir}, args...)...)
	s.log = s.daemon.feed()
	s.daemon.start().says("the tree is ready")
	return s
}

// listen receives as the originals do.
func (s *selftest) listen() {
	s.Helper()
	socat := s.p.B.Command(frametest.RequireTool(s.T, "socat"), "-u", "UDP6-RECV:6666,ipv6only=0", "CREATE:"+s.got)
	must(s.T, socat.Start())
	s.until("socat listens", func() bool {
		var open bool
		must(s.T, s.p.B.Do(func() error {
			b, err := os.ReadFile("/proc/thread-self/net/udp6")
			open = strings.Contains(string(b), ":1A0A ")
			return err
		}))
		return open
	})
}

// sh runs a script on the source with $T for the tree; any error in it fails the test.
func (s *selftest) sh(script string) string {
	s.Helper()
	out, err := s.shell(script).CombinedOutput()
	if err != nil {
		s.Fatalf("%v: %s\n%s\n%s", err, out, script, s.daemon.diag)
	}
	return string(out)
}

func (s *selftest) shell(script string) *frametest.Cmd {
	c := s.p.A.Command("sh", "-ec", script)
	c.Env = append(os.Environ(), "T="+s.dir)
	return c
}

// target makes t, for the family of the receiver's address.
func (s *selftest) target(remote string, files ...string) {
	s.Helper()
	script := "mkdir $T/t; cd $T/t; echo eth0 > dev_name; echo " + remote + " > remote_ip; echo " + s.p.B.MAC().String() + " > remote_mac\n"
	for _, f := range files {
		name, value, _ := strings.Cut(f, "=")
		if dir, ok := strings.CutSuffix(name, "/value"); ok {
			script += "mkdir " + dir + "; "
		}
		script += "echo '" + value + "' > " + name + "\n"
	}
	s.sh(script)
}

// remove undoes target.
func (s *selftest) remove() {
	s.Helper()
	s.sh("cd $T/t/userdata; for k in */; do [ ! -d $k ] || rmdir $k; done; rmdir $T/t")
}

// logs makes a record.
func (s *selftest) logs(text string) {
	s.Helper()
	s.seq++
	write(s.T, s.log, fmt.Sprintf("6,%d,%d,-;%s\n", s.seq, 1000*s.seq, text))
}

// received returns what socat has got so far.
func (s *selftest) received() string {
	b, err := os.ReadFile(s.got)
	if err != nil && !os.IsNotExist(err) {
		s.Fatal(err)
	}
	return string(b)
}

// arrives waits for a text.
func (s *selftest) arrives(text string) string {
	s.Helper()
	s.until(text+" arrives", func() bool { return strings.Contains(s.received(), text) })
	return s.received()
}

// shows waits until a file of the tree has a content.
func (s *selftest) shows(file, want string) {
	s.Helper()
	s.until(file+" shows "+want, func() bool {
		b, _ := os.ReadFile(filepath.Join(s.dir, file)) // it may be gone for a moment
		return string(b) == want+"\n"
	})
}

func (s *selftest) until(what string, ok func() bool) {
	s.Helper()
	for over := time.Now().Add(limit); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(over) {
			diag := ""
			if s.daemon != nil {
				diag = s.daemon.diag.String()
			}
			s.Fatalf("it is not so that %s; received:\n%s\n%s", what, s.received(), diag)
		}
	}
}

// end ends the daemon; the account of every target must add up.
func (s *selftest) end() {
	s.Helper()
	must(s.T, s.daemon.Process.Signal(syscall.SIGTERM))
	s.daemon.ends(either)
	if _, err := os.Stat(filepath.Join(s.dir, "t")); err == nil {
		s.Error("the tree is still there")
	}
	for line := range strings.Lines(s.daemon.diag.String()) {
		var a accounted
		if json.Unmarshal([]byte(line), &a) == nil && a.Msg == "account" && (a.Read != a.Sent+a.Filtered+a.Dropped+a.Lost || a.InFlight != 0) {
			s.Errorf("the account does not add up: %s", line)
		}
	}
}
