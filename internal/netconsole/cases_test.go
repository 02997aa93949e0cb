package netconsole

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"netkmsg/internal/corpus"
)

// TestCases does to values what a real kernel was asked to do to files, step by step, and wants the same results and the
// same contents (testdata/cases). What is not about attributes is left out.
func TestCases(t *testing.T) {
	dirs, err := filepath.Glob("../../testdata/cases/v7.3.4-[csu][fd]*")
	if err != nil || len(dirs) < 29 {
		t.Fatalf("%d cases, %v", len(dirs), err)
	}
	steps := 0
	for _, dir := range dirs {
		c, err := corpus.ReadCase(dir)
		if err != nil {
			t.Fatal(err)
		}
		m := model{}
		for i, s := range c.Steps {
			if strings.HasPrefix(s.Note, "mkdir") {
				m.fill(t, s.Note)
			}
			if len(s.Do) < 2 {
				continue
			}
			got, ok := m.step(s.Do)
			if !ok {
				continue
			}
			steps++
			if want := strings.TrimSuffix(s.Result, " "); got != want {
				t.Errorf("%s, step %d: %.120q: got %q, want %q", filepath.Base(dir), i+1, s.Do, got, want)
			}
		}
	}
	if steps < 780 {
		t.Errorf("%d steps, want 780", steps)
	}
}

// A model is a tree of targets by name, whose device eth0 has the addresses that it had in the cases.
type model map[string]*modelTarget

type modelTarget struct {
	Attributes
	Userdata
	Features
	Life
}

func (m model) step(do []string) (result string, ok bool) {
	if do[0] == "ins" {
		clear(m)
		if config, ok := strings.CutPrefix(strings.Join(do[2:], " "), "netconsole="); ok {
			m.cmdline(config)
		}
		return "", false
	}
	p := strings.Split(do[1], "/")
	if p[0] != "cfs" || len(p) < 2 {
		return "", false
	}
	t := m[p[1]]
	switch do[0] + strconv.Itoa(len(p)) {
	case "mkdir2":
		if t == nil {
			m[p[1]] = &modelTarget{Attributes: DefaultAttributes(), Life: Life{Policy: Kernel}}
		}
		return "ok", true
	case "rmdir2":
		delete(m, p[1])
		return "ok", true
	case "mkdir4":
		return outcome("mkdir", t.Userdata.Make(p[3]), 0), true
	case "rmdir4":
		return outcome("rmdir", t.Userdata.Remove(p[3]), 0), true
	case "w3":
		data := corpus.Unescape(do[2])
		return outcome("write", t.write(p[2], data), len(data)), true
	case "w4":
		data := corpus.Unescape(do[2])
		return outcome("write", t.Features.Store(p[3], data), len(data)), true
	case "w5":
		data := corpus.Unescape(do[2])
		return outcome("write", t.Userdata.Store(p[3], data), len(data)), true
	case "cat3":
		return escape(t.show(p[2])), true
	case "cat5":
		s, ok := t.Userdata.Show(p[3])
		if !ok {
			return "open: ENOENT (2)", true
		}
		return escape(s), true
	}
	return "", false
}

// fill makes keys k0, k1 … of target t until one is refused, and wants the note that was made of it.
func (m model) fill(t *testing.T, want string) {
	for i := 0; ; i++ {
		if err := m["t"].Userdata.Make(fmt.Sprintf("k%d", i)); err != nil {
			if got := fmt.Sprintf("mkdir number %d: %s", i+1, outcome("mkdir", err, 0)); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			return
		}
	}
}

// cmdline makes the targets of a parameter. One whose device is missing stays disabled.
func (m model) cmdline(config string) {
	ts, err := Parse(config)
	if err != nil {
		panic(err)
	}
	for i, c := range ts {
		t := &modelTarget{Attributes: AttributesOf(c), Life: Life{Policy: Kernel}}
		m[fmt.Sprintf("cmdline%d", i)] = t
		if c.Device != "eth7" {
			t.write("enabled", []byte("1"))
		}
	}
}

func (t *modelTarget) write(file string, data []byte) error {
	switch file {
	case "local_mac", "transmit_errors":
		return syscall.EACCES // the file system's own
	case "enabled":
		return t.enable(data)
	}
	return t.Attributes.Store(file, data[:min(len(data), 4095)], t.State().On())
}

func (t *modelTarget) enable(data []byte) error {
	on, ok := ParseBool(data)
	switch {
	case len(data) == 0:
		return syscall.EFAULT
	case !ok:
		return syscall.EINVAL
	}
	step, err := t.Life.Write(on, time.Time{})
	if step.Do == Open {
		t.Life.Opened(Device{Name: "eth0", Up: true, Carrier: true}, time.Time{})
		t.Device = "eth0"
		if remote := t.Target().RemoteAddr; !t.Local().IsValid() {
			source := "2001:db8:1::1"
			if remote.Is4() {
				source = "192.0.2.1"
			} else if remote.IsLinkLocalUnicast() {
				source = "fe80::200:ff:fe00:1"
			}
			t.SetLocal(netip.MustParseAddr(source))
		}
	}
	return err
}

func (t *modelTarget) show(file string) string {
	switch {
	case file == "enabled":
		return showBool(t.State().On())
	case file == "transmit_errors":
		return "0\n"
	case file == "local_mac" && t.State().On():
		return "00:00:00:00:00:01\n"
	case file == "local_mac":
		return "ff:ff:ff:ff:ff:ff\n"
	}
	s, ok := t.Attributes.Show(file)
	if !ok {
		return "no such file"
	}
	return s
}

// outcome writes a result as the cases do.
func outcome(op string, err error, n int) string {
	var e syscall.Errno
	switch {
	case err == nil && op == "write":
		return "ok " + strconv.Itoa(min(n, 4095))
	case err == nil:
		return "ok"
	case !errors.As(err, &e):
		return err.Error()
	case e == syscall.EACCES || e == syscall.ENOENT:
		op = "open"
	}
	names := map[syscall.Errno]string{syscall.EACCES: "EACCES", syscall.ENOENT: "ENOENT", syscall.EINVAL: "EINVAL", syscall.ERANGE: "ERANGE",
		syscall.EFAULT: "EFAULT", syscall.ENAMETOOLONG: "ENAMETOOLONG", syscall.ENOSPC: "ENOSPC", syscall.EMSGSIZE: "EMSGSIZE", syscall.EEXIST: "EEXIST"}
	return fmt.Sprintf("%s: %s (%d)", op, names[e], int(e))
}

func escape(s string) string { return strings.ReplaceAll(s, "\n", `\n`) }
