package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed testdata/send.c
var reference []byte

// senders returns the ways to send that there are here, the reference first, and the tools that others would need. dir
// is for what is compiled.
func senders(dir string) (cs []contender, absent []string) {
	if bin, err := compile(reference, filepath.Join(dir, "send")); err == nil {
		cs = append(cs, inC(bin, "C: sendmmsg, 64 frames a call", 64), inC(bin, "C: send, one by one", 1))
	} else {
		absent = append(absent, err.Error())
	}
	cs = append(cs, ours("netkmsg: Seal and SendBatch, a backlog", "batch"), ours("netkmsg: Seal and Send, live", "live"))
	for _, g := range []struct {
		tool string
		args func(f []byte, n string) []string
	}{{"trafgen", trafgen}, {"mausezahn", mausezahn}} {
		path, err := exec.LookPath(g.tool)
		if err != nil {
			path, err = exec.LookPath("/usr/sbin/" + g.tool) // where Debian has them, and an ordinary user's PATH does not lead
		}
		if err != nil {
			absent = append(absent, g.tool)
			continue
		}
		cs = append(cs, contender{name: g.tool, frames: true, command: func(f []byte, n int) *exec.Cmd {
			cmd := exec.Command(path, g.args(f, strconv.Itoa(n))...)
			cmd.Dir = dir // trafgen leaves a file where it is
			return cmd
		}})
	}
	return cs, absent
}

func ours(name, task string) contender {
	return contender{name: name, frames: true, command: func(f []byte, n int) *exec.Cmd {
		return self(task, strconv.Itoa(len(f)), n)
	}}
}

// compile builds a reference with the C compiler, $CC or cc.
func compile(source []byte, to string) (bin string, err error) {
	cc := os.Getenv("CC")
	if cc == "" {
		cc = "cc"
	}
	cmd := exec.Command(cc, "-O2", "-x", "c", "-o", to, "-")
	cmd.Stdin = bytes.NewReader(source)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("a C compiler (%w%s)", err, bytes.TrimSpace(out))
	}
	return to, nil
}

func inC(bin, name string, batch int) contender {
	return contender{name: name, frames: true, command: func(f []byte, n int) *exec.Cmd {
		cmd := exec.Command(bin, device, strconv.Itoa(n), strconv.Itoa(batch))
		cmd.Stdin = bytes.NewReader(f)
		return cmd
	}}
}

// trafgen sends from a ring shared with the kernel. It has one process do it and leaves the system as it is.
func trafgen(f []byte, n string) []string {
	packet := "{ 0x" + strings.ReplaceAll(spaced(f), " ", ", 0x") + " }"
	return []string{"--dev", device, "--num", n, "--cpus", "1", "--no-sock-mem", "--notouch-irq", "--no-cpu-stats", packet}
}

func mausezahn(f []byte, n string) []string { return []string{device, "-c", n, spaced(f)} }

// spaced writes bytes in hexadecimal with blanks in between.
func spaced(f []byte) string { return fmt.Sprintf("% x", f) }
