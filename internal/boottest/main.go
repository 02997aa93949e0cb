package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const limit = 90 * time.Second // for a boot up to the record that is waited for

func main() {
	dir := flag.String("dir", "build/boot", "where to work; a kernel unpacked there is used again")
	only := flag.String("run", "", "the name of the one scenario to run")
	flag.Parse()
	os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin") // Debian's file system tools
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
