package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const limit = 3 * time.Minute // for a boot, or two, up to the record that is waited for

// sbin is where some tools are that an ordinary user's PATH does not lead to.
const sbin = ":/usr/sbin:/sbin"

// What is booted is what is shipped.
const (
	command = "build/netkmsg"
	rescue  = "build/netkmsg-rescue"
)

func main() {
	dir := flag.String("dir", "build/boot", "where to work; a kernel unpacked there is used again")
	only := flag.String("run", "", "the name of the one scenario to run")
	flag.Parse()
	_ = os.Setenv("PATH", os.Getenv("PATH")+sbin) // the name is good
	if err := run(*dir, *only); err != nil {
		fmt.Fprintln(os.Stderr, "boottest:", err)
		os.Exit(1)
	}
}

func run(dir, only string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range []string{command, rescue} {
		if _, err := os.Stat(name); err != nil {
			return fmt.Errorf("%w (make host builds it)", err)
		}
	}
	k, err := findKernel(dir)
	if err != nil {
		return err
	}
	fmt.Println("kernel", k.release)
	n := 0
	for _, s := range scenarios {
		if only != "" && s.name != only {
			continue
		}
		start := time.Now()
		said, err := s.run(k, filepath.Join(dir, s.name))
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Printf("%s: %s (%.0f s)\n", s.name, said, time.Since(start).Seconds())
		n++
	}
	if n == 0 {
		return fmt.Errorf("-run %s: no such scenario", only)
	}
	fmt.Printf("%d passed, 0 failed\n", n)
	return nil
}
