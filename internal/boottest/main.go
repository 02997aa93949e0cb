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
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "boottest:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
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
	for _, s := range scenarios {
		start := time.Now()
		said, err := s.run(k, filepath.Join(dir, s.name))
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Printf("%s: %s (%.0f s)\n", s.name, said, time.Since(start).Seconds())
	}
	fmt.Printf("%d passed, 0 failed\n", len(scenarios))
	return nil
}
