// Netkmsg-rescue is netkmsg's sender with nothing else in it, for initramfs
// and rescue media. Started as a boot's first process it sends in the
// background and hands over to the real init.
package main

import (
	"context"
	"os"

	"netkmsg/internal/pid1"
	"netkmsg/internal/send"
)

func main() {
	if _, path := os.LookupEnv("PATH"); pid1.Is(os.Getpid(), os.Args, path, pid1.OnHost()) {
		pid1.Main(os.Args, os.Stderr)
	}
	os.Exit(send.Main(context.Background(), os.Args, send.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
