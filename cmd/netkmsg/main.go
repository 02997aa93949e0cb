// Netkmsg is netconsole in user space, both ends of it.
package main

import (
	"context"
	"os"

	"netkmsg/internal/cli"
	"netkmsg/internal/send"
)

func main() {
	os.Exit(cli.Main(context.Background(), os.Args, send.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
