package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A process is one that is looked at from outside.
type process int

// find returns the process with that argument 0.
func find(name string) (process, error) {
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline") // the pattern is good
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if arg, _, _ := strings.Cut(string(b), "\x00"); err == nil && arg == name {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			return process(pid), err
		}
	}
	return 0, fmt.Errorf("no process %s", name)
}

// start starts a sender, and returns when it says that it sends.
func start(path string, args ...string) (process, error) {
	cmd := exec.Command(path, args...)
	r, w, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	cmd.Stderr = w
	err = errors.Join(cmd.Start(), w.Close(), r.SetReadDeadline(time.Now().Add(patience)))
	if err != nil {
		return 0, err
	}
	s := bufio.NewScanner(r)
	for s.Scan() {
		fmt.Println(s.Text())
		if strings.Contains(s.Text(), "network logging started") {
			return process(cmd.Process.Pid), nil
		}
	}
	return 0, fmt.Errorf("%s did not begin to send: %w", path, errors.Join(s.Err(), cmd.Process.Kill(), cmd.Wait()))
}

func (p process) read(name string) (string, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", int(p), name))
	return string(b), err
}

// stat returns fields of /proc/PID/stat, counted as proc_pid_stat(5) does.
func stat(line string, fields ...int) (list []int, err error) {
	fs := strings.Fields(line[strings.LastIndexByte(line, ')')+1:])
	for _, f := range fields {
		if f-3 >= len(fs) {
			return nil, fmt.Errorf("no field %d in %q", f, line)
		}
		n, err := strconv.Atoi(fs[f-3])
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

// faults are the page faults of a process so far.
type faults struct{ minor, major int }

func (p process) faults() (faults, error) {
	line, err := p.read("stat")
	if err != nil {
		return faults{}, err
	}
	n, err := stat(line, 10, 12)
	if err != nil {
		return faults{}, err
	}
	return faults{n[0], n[1]}, nil
}

// realtime returns how much of a process is in memory, if it is as --realtime
// promises.
func (p process) realtime() (resident string, err error) {
	adj, err := p.read("oom_score_adj")
	if err != nil {
		return "", err
	}
	if adj != "-1000\n" {
		return "", fmt.Errorf("process %d has oom_score_adj %q", p, adj)
	}
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", int(p)))
	if err != nil {
		return "", err
	}
	for _, t := range tasks {
		line, err := p.read("task/" + t.Name() + "/stat")
		if err != nil {
			return "", err
		}
		n, err := stat(line, 41)
		if err != nil {
			return "", err
		}
		if n[0] != unix.SCHED_FIFO {
			return "", fmt.Errorf("thread %s of process %d has the scheduling policy %d", t.Name(), p, n[0])
		}
	}
	status, err := p.read("status")
	if err != nil {
		return "", err
	}
	if value(status, "VmLck:") == "0 kB" {
		return "", fmt.Errorf("nothing of process %d is locked", p)
	}
	return value(status, "VmRSS:"), nil
}

// value returns what stands behind a name in /proc/PID/status.
func value(status, name string) string {
	_, rest, _ := strings.Cut(status, name)
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}
