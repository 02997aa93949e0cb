package expect

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// graceTime is what a command has to end after it was told to.
const graceTime = 2 * time.Second

// A Command is run while frames are waited for.
type Command struct {
	Cmd *exec.Cmd

	done chan struct{}
	mu   sync.Mutex
	told bool // to end, by us
	err  error
}

// start runs the command; fail is called if it fails.
func (c *Command) start(fail context.CancelCauseFunc) error {
	if c == nil {
		return nil
	}
	c.Cmd.WaitDelay = graceTime
	if err := c.Cmd.Start(); err != nil {
		return fmt.Errorf("run %s: %w", c.Cmd.Args[0], err)
	}
	c.done = make(chan struct{})
	go func() {
		defer close(c.done)
		err := c.Cmd.Wait()
		c.mu.Lock()
		defer c.mu.Unlock()
		if err != nil && !c.told {
			c.err = fmt.Errorf("%s failed: %w", c.Cmd.Args[0], err)
			fail(c.err)
		}
	}()
	return nil
}

// finish waits for the command's end until the deadline, then makes it end.
func (c *Command) finish(ctx context.Context, deadline time.Time) {
	if c == nil {
		return
	}
	over := time.NewTimer(time.Until(deadline))
	defer over.Stop()
	select {
	case <-c.done:
		return
	case <-over.C:
	case <-ctx.Done():
	}
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		c.mu.Lock()
		c.told = true
		c.mu.Unlock()
		c.Cmd.Process.Signal(sig)
		select {
		case <-c.done:
			return
		case <-time.After(graceTime):
		}
	}
	<-c.done
}

// failure returns why the command failed, if it did.
func (c *Command) failure() error {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
