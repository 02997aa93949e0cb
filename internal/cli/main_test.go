package cli_test

import (
	"context"
	"os"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/cli"
	"netkmsg/internal/send"
)

// asCommand names the command that the test binary is to be: a process of its
// own is what stands in a network namespace and gets signals.
const asCommand = "NETKMSG_TEST_COMMAND"

func TestMain(m *testing.M) {
	st := send.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	switch os.Getenv(asCommand) {
	case "netkmsg":
		os.Exit(cli.Main(context.Background(), os.Args, st))
	case "netkmsg-rescue":
		os.Exit(send.Main(context.Background(), os.Args, st))
	}
	os.Exit(frametest.WithMounts(m).Run())
}
