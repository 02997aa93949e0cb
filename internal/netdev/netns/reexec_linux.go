package netns

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// marker is set in the environment of a process that Reexec started, so that it is not started over and over.
const marker = "NETKMSG_REEXECUTED"

// Privileged reports whether the process has the capabilities to make network namespaces and to work in them.
func Privileged() bool {
	const need = 1<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_NET_ADMIN | 1<<unix.CAP_NET_RAW
	var data [2]unix.CapUserData
	err := unix.Capget(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &data[0])
	return err == nil && data[0].Effective&need == need
}

// Reexec gives a process that is not Privileged another try: it runs the same program with the same arguments, files
// and environment in new user, network and mount namespaces, in which the user is root, and returns its exit code (128
// more than the number of a signal that ended it). Signals sent to this process reach the other, which never outlives it.
// Where user namespaces are not allowed, or this is already the second process, Reexec returns an error instead.
func Reexec() (code int, err error) {
	if again() {
		return 0, fmt.Errorf("make network namespaces as root of a user namespace: %w", unix.EPERM)
	}
	code, err = reexec(&syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	})
	if err != nil {
		return 0, fmt.Errorf("make a user namespace: %w", err)
	}
	return code, nil
}

// ReexecMounts does the same for a process that is Privileged: the second process has a mount namespace of its own, from
// which no mount gets out. In the second process it does nothing and returns false.
func ReexecMounts() (code int, done bool, err error) {
	if again() {
		return 0, false, nil
	}
	// Unshared, not cloned: os/exec then makes all mounts private.
	code, err = reexec(&syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS})
	if err != nil {
		return 0, false, fmt.Errorf("make a mount namespace: %w", err)
	}
	return code, true, nil
}

func again() bool {
	_, second := os.LookupEnv(marker)
	return second
}

func reexec(attr *syscall.SysProcAttr) (code int, err error) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = os.Args
	cmd.Env = append(os.Environ(), marker+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	attr.Pdeathsig = unix.SIGKILL
	cmd.SysProcAttr = attr

	// The signal of a parent's death is that of the thread that forked.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGQUIT, unix.SIGHUP, unix.SIGUSR1, unix.SIGUSR2)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				cmd.Process.Signal(s)
			case <-done:
				return
			}
		}
	}()
	err = cmd.Wait()
	close(done)
	if cmd.ProcessState == nil {
		return 0, err
	}
	if w := cmd.ProcessState.Sys().(syscall.WaitStatus); w.Signaled() {
		return 128 + int(w.Signal()), nil
	}
	return cmd.ProcessState.ExitCode(), nil
}
