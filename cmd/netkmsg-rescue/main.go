// Netkmsg-rescue is netkmsg's sender with nothing else in it, for initramfs
// and rescue media.
package main

import (
	"context"
	"os"

	"netkmsg/internal/send"
)

func main() {
	os.Exit(send.Main(context.Background(), os.Args, send.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
