package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"netkmsg/frame/frametest"
)

// limit is how long anything may take that takes no time.
const limit = 20 * time.Second

// command is netkmsg, running on a host.
type command struct {
	*frametest.Cmd
	t    testing.TB
	diag *diary
}

// netkmsg prepares the command, for End e, with messages in JSON.
func netkmsg(t testing.TB, e *frametest.End, args ...string) *command {
	t.Helper()
	return prepare(t, e, "netkmsg", append([]string{"send", "--log-format", "json"}, args...)...)
}

func prepare(t testing.TB, e *frametest.End, name string, args ...string) *command {
	t.Helper()
	c := &command{Cmd: e.Command("/proc/self/exe", args...), t: t, diag: &diary{more: make(chan struct{})}}
	c.Args[0] = name
	// The race detector would sleep for a second at the process's end.
	c.Env = append(os.Environ(), asCommand+"="+name, "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	c.Stderr = c.diag
	return c
}

func (c *command) start() *command {
	c.t.Helper()
	if err := c.Start(); err != nil {
		c.t.Fatal(err)
	}
	return c
}

// feed gives the command a pipe as its standard input.
func (c *command) feed() *os.File {
	c.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		c.t.Fatal(err)
	}
	c.Stdin = r
	c.t.Cleanup(func() { r.Close(); w.Close() })
	return w
}

// ends waits for the end of the command, which must have this exit status.
func (c *command) ends(status int) *command {
	c.t.Helper()
	return c.endsWithin(limit, status)
}

func (c *command) endsWithin(limit time.Duration, status int) *command {
	c.t.Helper()
	over := time.AfterFunc(limit, func() { c.Process.Kill() })
	defer over.Stop()
	err := c.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.t.Fatal(err)
	}
	if got := c.ProcessState.ExitCode(); got != status && (status != either || got != 0 && got != 1) {
		c.t.Errorf("exit status %d, want %d\n%s", got, status, c.diag)
	}
	return c
}

func (c *command) run(status int) *command {
	c.t.Helper()
	return c.start().ends(status)
}

// says waits for a message.
func (c *command) says(msg string) {
	c.t.Helper()
	c.saysTimes(msg, 1)
}

// saysTimes waits for a message to come n times.
func (c *command) saysTimes(msg string, n int) {
	c.t.Helper()
	over := time.NewTimer(limit)
	defer over.Stop()
	for {
		text, more := c.diag.read()
		if strings.Count(text, msg) >= n {
			return
		}
		select {
		case <-more:
		case <-over.C:
			c.t.Fatalf("no message %q in\n%s", msg, text)
		}
	}
}

// diary keeps what a command writes to standard error.
type diary struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // closed when more is written
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.more)
	d.more = make(chan struct{})
	return d.text.Write(p)
}

func (d *diary) read() (string, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String(), d.more
}

func (d *diary) String() string {
	s, _ := d.read()
	return s
}

// accounts returns the accounts of a target in the order of their printing.
func (d *diary) accounts(target, msg string) (as []accounted) {
	for line := range strings.Lines(d.String()) {
		var a accounted
		if json.Unmarshal([]byte(line), &a) == nil && a.Msg == msg && a.Target == target {
			as = append(as, a)
		}
	}
	return as
}

// account returns the final account of a target. It must add up.
func (c *command) account(target string) accounted {
	c.t.Helper()
	as := c.diag.accounts(target, "account")
	if len(as) != 1 {
		c.t.Fatalf("%d accounts of %s in\n%s", len(as), target, c.diag)
	}
	if a := as[0]; a.Read != a.Sent+a.Filtered+a.Dropped+a.Lost+a.Suppressed || a.InFlight != 0 {
		c.t.Errorf("the account of %s does not add up: %+v", target, a)
	}
	return as[0]
}

type accounted struct {
	Msg, Target                                        string
	Read, Sent, Filtered, Dropped, Lost, Frames, Bytes int
	InFlight                                           int `json:"in_flight"`
	Suppressed                                         int
}
