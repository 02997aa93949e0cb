package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"netkmsg/internal/netdev/netns"
)

func main() {
	rounds := flag.Int("rounds", 9, "`N` runs of every contender")
	frames := flag.Int("frames", 200000, "`N` frames or records in a run")
	only := flag.String("only", "", "measure nothing but `WHAT`: send, receive, craft, start")
	seconds := flag.Int("seconds", 3, "receive 100,000 datagrams a second for `N` seconds")
	starts := flag.Int("starts", 100, "start each program `N` times")
	flag.Parse()
	if task, ok := tasks[flag.Arg(0)]; ok && flag.NArg() == 3 {
		exit(child(task, flag.Arg(1), flag.Arg(2)))
	}
	if flag.NArg() > 0 || *rounds < 1 || *frames < 1000 || *seconds < 1 || *starts < 1 || *only != "" && parts[*only] == nil {
		exit(errors.New("usage: bench [-rounds N] [-frames N] [-only send|receive|craft|start] [-seconds N] [-starts N], at least one round, 1000 frames, a second, a start"))
	}
	if !netns.Privileged() {
		code, err := netns.Reexec()
		if err != nil {
			exit(fmt.Errorf("%w (needs private namespaces: run as root, or allow user namespaces)", err))
		}
		os.Exit(code)
	}
	exit(run(*only, sizes{*rounds, *frames, *seconds, *starts}))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// sizes are how much is measured.
type sizes struct{ rounds, frames, seconds, starts int }

// parts are what is measured, each with a table for each question. dir is for what they make.
var parts = map[string]func(c cable, dir string, s sizes) error{
	"send":    measureSending,
	"receive": measureReceiving,
	"craft":   measureCrafting,
	"start":   measureStarting,
}

// run measures one part, or if it has no name all of them.
func run(only string, s sizes) error {
	dir, err := os.MkdirTemp("", "netkmsg-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c, err := newCable()
	if err != nil {
		return err
	}
	fmt.Printf("%d rounds of %d; the ratio is to the first line, in the same round\n", s.rounds, s.frames)
	for _, name := range []string{"send", "receive", "craft", "start"} {
		if only == "" || only == name {
			if err := parts[name](c, dir, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func measureSending(c cable, dir string, s sizes) error {
	all, absent := senders(dir)
	leftOut(absent)
	for _, size := range []int{182, 1062} {
		rows, err := c.race(all, sample(size), s.rounds, s.frames)
		if err != nil {
			return err
		}
		if err := table(os.Stdout, fmt.Sprintf("CPU ns to send a frame of %d bytes", size), rows); err != nil {
			return err
		}
	}
	log, title := findLog()
	rows, err := c.race(pipelines(log), nil, s.rounds, s.frames)
	if err != nil {
		return err
	}
	return table(os.Stdout, "CPU ns for a "+title, rows)
}

func leftOut(absent []string) {
	if len(absent) > 0 {
		fmt.Println("not here, and so left out:", strings.Join(absent, ", "))
	}
}
