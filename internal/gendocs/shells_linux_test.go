package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
)

const patience = 30 * time.Second

// shells are what the completions are for. dir has them, and home is empty.
var shells = []struct {
	name  string
	needs string
	args  []string
	files func(dir, home string) map[string]string
}{
	{"bash", "/usr/share/bash-completion/bash_completion", []string{"--noprofile", "--rcfile", "HOME/rc", "-i"}, func(dir, home string) map[string]string {
		return map[string]string{"rc": ". /usr/share/bash-completion/bash_completion\n. " + dir + "/bash/netkmsg\n. " + dir + "/bash/netkmsg-rescue\nPS1='ready''> '\n"}
	}},
	{"zsh", "", []string{"--no-globalrcs", "-i"}, func(dir, home string) map[string]string {
		return map[string]string{".zshrc": "fpath=(" + dir + "/zsh $fpath)\nautoload -U compinit\ncompinit -u -D\nPS1='ready''> '\n"}
	}},
	{"fish", "", []string{"--private", "-i"}, func(dir, home string) map[string]string {
		return map[string]string{
			"fish/config.fish":                     "set -p fish_complete_path " + dir + "/fish\nfunction fish_prompt; echo -n 'ready''> '; end\n",
			"data/fish/generated_completions/none": "", // or it makes them in the background
		}
	}},
}

// TestShells types at each shell, and looks at what the command gets then.
func TestShells(t *testing.T) {
	tests := []struct {
		typed string
		want  []string
	}{
		{"netkmsg sen\t--log-for\tj\t@/l\t", []string{"send", "--log-format", "json", "@/lo,@"}},
		{"netkmsg send +r@/l\t", []string{"send", "+r@/lo,@"}},
		{"netkmsg resolve l\t", []string{"resolve", "lo"}},
		{"netkmsg craft --dev l\t--expl\t", []string{"craft", "--dev", "lo", "--explain"}},
		{"netkmsg listen -o fil\t", []string{"listen", "-o", "files:"}},
		{"netkmsg read dum\t", []string{"read", "dump.pcap"}},
		{"netkmsg craft dum\t", []string{"craft", "dum"}}, // which takes no file
		{"netkmsg-rescue --log-f\tj\t--from dum\t--no-f\t", []string{"--log-format", "json", "--from", "dump.pcap", "--no-follow"}},
	}
	docs := filepath.Join(written(t), "completions")
	e := frametest.NewPair(t).A
	for _, sh := range shells {
		t.Run(sh.name, func(t *testing.T) {
			path := frametest.RequireTool(t, sh.name)
			if sh.needs != "" {
				_, err := os.Stat(sh.needs)
				frametest.Require(t, err == nil, sh.needs)
			}
			home := t.TempDir()
			write := func(name, text string, mode os.FileMode) {
				t.Helper()
				name = filepath.Join(home, name)
				if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, []byte(text), mode); err != nil {
					t.Fatal(err)
				}
			}
			for name, text := range sh.files(docs, home) {
				write(name, text, 0o600)
			}
			write("dump.pcap", "", 0o600)
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			note := fmt.Sprintf("printf '%%s\\n' \"$@\" >%s/new && mv %[1]s/new %[1]s/args\n", home)
			write("bin/netkmsg", fmt.Sprintf("#!/bin/sh\ncase $1 in __complete*) GORACE=atexit_sleep_ms=0 %s=netkmsg exec %s \"$@\" ;; esac\n%s", asCommand, self, note), 0o700)
			write("bin/netkmsg-rescue", "#!/bin/sh\n"+note, 0o700)

			cmd := e.Command(path)
			for _, a := range sh.args {
				cmd.Args = append(cmd.Args, strings.ReplaceAll(a, "HOME", home))
			}
			cmd.Dir = home
			cmd.Env = []string{"PATH=" + home + "/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + home, "ZDOTDIR=" + home, "XDG_CONFIG_HOME=" + home,
				"XDG_DATA_HOME=" + home + "/data", "TERM=xterm", "LC_ALL=C.UTF-8"}
			term := openTerminal(t)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = term.slave, term.slave, term.slave
			cmd.SysProcAttr.Setsid, cmd.SysProcAttr.Setctty = true, true
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { // before home goes, where it would write its history
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			})
			for i, tt := range tests {
				term.wait(t, "its prompt", func() bool { return strings.Count(term.seen(), "ready> ") > i })
				if _, err := term.master.WriteString(tt.typed + "\n"); err != nil {
					t.Fatal(err)
				}
				args := filepath.Join(home, "args")
				var got []byte
				term.wait(t, fmt.Sprintf("netkmsg run by %q", tt.typed), func() bool {
					got, err = os.ReadFile(args)
					return err == nil
				})
				os.Remove(args)
				if got := strings.Split(strings.TrimSuffix(string(got), "\n"), "\n"); !slices.Equal(got, tt.want) {
					t.Errorf("%q: the command gets %q, want %q\n%q", tt.typed, got, tt.want, term.seen())
				}
			}
		})
	}
}

// terminal is a pseudoterminal, and what was shown on it.
type terminal struct {
	master, slave *os.File

	mu  sync.Mutex
	out []byte
}

func openTerminal(t *testing.T) *terminal {
	t.Helper()
	m, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	frametest.Require(t, err == nil, fmt.Sprintf("a pseudoterminal: %v", err))
	t.Cleanup(func() { m.Close() })
	n, err := unix.IoctlGetInt(int(m.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(m.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(m.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 200})
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	term := &terminal{master: m, slave: s}
	go term.read()
	return term
}

func (x *terminal) read() {
	b := make([]byte, 4096)
	for {
		n, err := x.master.Read(b)
		x.mu.Lock()
		x.out = append(x.out, b[:n]...)
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (x *terminal) seen() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return string(x.out)
}

func (x *terminal) wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for over := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(over) {
			t.Fatalf("waited for %s:\n%q", what, x.seen())
		}
	}
}
