package pid1

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"netkmsg/internal/send"
)

// hostPIDs names the namespace that the kernel itself starts processes in
// (PROC_PID_INIT_INO in linux/proc_ns.h). A container has another one.
const hostPIDs = "pid:[4026531836]"

// OnHost reports whether this process is none of a container's, as far as /proc
// tells.
func OnHost() bool {
	ns, err := os.Readlink("/proc/self/ns/pid")
	return err == nil && ns == hostPIDs
}

// Main starts the sender and becomes the real init. It does not return.
func Main(args []string, console io.Writer) {
	say := func(err error) { fmt.Fprintln(console, "netkmsg:", err) }
	mountAll("/", say)
	b, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		say(err)
	}
	cmdline := string(b)
	loadAll(modules, cmdline, say)
	self, err := os.Executable()
	if err != nil { // without /proc
		self = args[0]
	}
	if err := start(self, cmdline); err != nil {
		say(err)
	}
	for _, next := range Successors(args, self) {
		err := unix.Exec(next[0], next, os.Environ())
		if err != unix.ENOENT {
			say(fmt.Errorf("hand over to %s: %w", next[0], err))
		}
	}
	say(fmt.Errorf("no init to hand over to: staying (name one behind -- on the kernel's command line)"))
	reap()
}

// start runs the sender as a child, which the real init inherits.
func start(self, cmdline string) error {
	args, ok := send.CmdlineArgs(cmdline)
	if !ok {
		return fmt.Errorf("nothing to send: neither netkmsg= nor netconsole= on the kernel's command line")
	}
	return send.Background(self, args)
}

// reap takes in dead children for ever.
func reap() {
	for {
		var w unix.WaitStatus
		if _, err := unix.Wait4(-1, &w, 0, nil); err == unix.ECHILD {
			unix.Pause()
		}
	}
}
