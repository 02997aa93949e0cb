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
	flag.Parse()
	if task, ok := tasks[flag.Arg(0)]; ok && flag.NArg() == 3 {
		exit(child(task, flag.Arg(1), flag.Arg(2)))
	}
	if flag.NArg() > 0 || *rounds < 1 || *frames < 1000 {
		exit(errors.New("usage: bench [-rounds N] [-frames N], at least one round and 1000 frames"))
	}
	if !netns.Privileged() {
		code, err := netns.Reexec()
		if err != nil {
			exit(fmt.Errorf("%w (needs private namespaces: run as root, or allow user namespaces)", err))
		}
		os.Exit(code)
	}
	exit(run(*rounds, *frames))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run measures everything and prints a table for each question.
func run(rounds, frames int) error {
	dir, err := os.MkdirTemp("", "netkmsg-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c, err := newCable()
	if err != nil {
		return err
	}
	all, absent := senders(dir)
	if len(absent) > 0 {
		fmt.Println("not here, and so left out:", strings.Join(absent, ", "))
	}
	fmt.Printf("%d rounds of %d; the ratio is to the first line, in the same round\n", rounds, frames)
	for _, size := range []int{182, 1062} {
		rows, err := c.race(all, sample(size), rounds, frames)
		if err != nil {
			return err
		}
		if err := table(os.Stdout, fmt.Sprintf("CPU ns to send a frame of %d bytes", size), rows); err != nil {
			return err
		}
	}
	log, title := findLog()
	rows, err := c.race(pipelines(log), nil, rounds, frames)
	if err != nil {
		return err
	}
	return table(os.Stdout, "CPU ns for a "+title, rows)
}
