package frametest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// nobody is the user and group of commands that run with Cmd.Capabilities.
const nobody = 65534

// A Cmd is an exec.Cmd whose process runs inside an End's namespace. It is killed when the test ends, and with the test
// process if that ends in another way. Of exec.Cmd's own methods Start, Run, Wait, Output and CombinedOutput are
// replaced.
type Cmd struct {
	*exec.Cmd
	end  *End
	caps []uintptr
	drop bool

	once   sync.Once
	err    error
	waited chan struct{}
}

// Command returns a command that runs a program inside the namespace.
func (e *End) Command(name string, args ...string) *Cmd {
	c := &Cmd{Cmd: exec.Command(name, args...), end: e, waited: make(chan struct{})}
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: unix.SIGKILL}
	c.WaitDelay = time.Second
	return c
}

// Capabilities makes the command run with exactly these capabilities (unix.CAP_NET_RAW, …) and no others, as user and
// group 65534 where there is such a user: an unprivileged user namespace has root alone, who then has no more power
// than anybody. The program itself need not be reachable for that user. Call it before Start; it returns c.
func (c *Cmd) Capabilities(caps ...uintptr) *Cmd {
	c.caps, c.drop = caps, true
	return c
}

// Start starts the command and does not wait for it.
func (c *Cmd) Start() error {
	started := make(chan error)
	go func() {
		// The thread is the process's for life: its namespace and capabilities are changed, and the process is told to
		// die when the thread does. Left locked, the thread ends with the goroutine.
		runtime.LockOSThread()
		err := c.start()
		started <- err
		if err == nil {
			<-c.waited
		}
	}()
	err := <-started
	if err != nil {
		return fmt.Errorf("start %s: %w", c.Path, err)
	}
	c.end.tb.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	return nil
}

func (c *Cmd) start() error {
	if err := c.end.ns.Enter(); err != nil {
		return err
	}
	if !c.drop || c.Err != nil {
		return c.Cmd.Start()
	}
	if err := dropOthers(c.caps); err != nil {
		return err
	}
	c.SysProcAttr.AmbientCaps = c.caps
	if mapped(nobody) {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	// A test's own directory is closed to others, and so is the program in it; through a descriptor it is open.
	f, err := os.Open(c.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	c.Path = fmt.Sprintf("/proc/self/fd/%d", 3+len(c.ExtraFiles))
	c.ExtraFiles = append(c.ExtraFiles, f)
	return c.Cmd.Start()
}

// dropOthers takes root's special treatment in execve from the thread, and all capabilities but these out of reach of
// the programs that it starts.
func dropOthers(keep []uintptr) error {
	const noRoot = 1<<0 | 1<<1 // SECBIT_NOROOT and its lock, linux/securebits.h
	if err := unix.Prctl(unix.PR_SET_SECUREBITS, noRoot, 0, 0, 0); err != nil {
		return fmt.Errorf("set securebits: %w", err)
	}
	for c := uintptr(0); c <= 63; c++ {
		if slices.Contains(keep, c) {
			continue
		}
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); errors.Is(err, unix.EINVAL) {
			break // beyond the kernel's last
		} else if err != nil {
			return fmt.Errorf("drop capability %d: %w", c, err)
		}
	}
	return nil
}

// mapped reports whether the user namespace has this user.
func mapped(uid int) bool {
	b, _ := os.ReadFile("/proc/self/uid_map")
	for line := range strings.Lines(string(b)) {
		var first, outside, n int
		fmt.Sscan(line, &first, &outside, &n)
		if first <= uid && uid-first < n {
			return true
		}
	}
	return false
}

// Wait waits for the command's end, as exec.Cmd.Wait. It may be called more than once.
func (c *Cmd) Wait() error {
	c.once.Do(func() {
		c.err = c.Cmd.Wait()
		close(c.waited)
	})
	return c.err
}

// Run starts the command and waits for its end.
func (c *Cmd) Run() error {
	if err := c.Start(); err != nil {
		return err
	}
	return c.Wait()
}

// Output runs the command and returns its standard output; that on standard error is part of a failure's error.
func (c *Cmd) Output() ([]byte, error) {
	var out, diag bytes.Buffer
	c.Stdout = &out
	if c.Stderr == nil {
		c.Stderr = &diag
	}
	err := c.Run()
	if err != nil && diag.Len() > 0 {
		err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(diag.Bytes()))
	}
	return out.Bytes(), err
}

// CombinedOutput runs the command and returns its standard output and standard error together.
func (c *Cmd) CombinedOutput() ([]byte, error) {
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	return out.Bytes(), err
}
