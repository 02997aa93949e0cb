package realtime

import (
	"errors"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// priority is the lowest that the kernel has for real time: before all that is
// ordinary, behind the threads that serve interrupts, at 50.
const priority = 1

func enter() (refused []Refusal) {
	note := func(err error, what, then, remedy string) {
		if err != nil {
			refused = append(refused, Refusal{what, then, remedy, err})
		}
	}
	note(spare(), "set oom_score_adj", "the kernel may end this process to get memory",
		"needs /proc and CAP_SYS_RESOURCE: run as root")
	note(schedule(), "set real-time scheduling", "other processes may delay this one",
		"needs /proc, and CAP_SYS_NICE or ulimit -r 1: run as root")
	note(lock(), "lock in memory", "memory that is short or a disk that is gone may hold this process up",
		"needs CAP_IPC_LOCK or ulimit -l unlimited: run as root")
	return refused
}

func spare() error {
	err := os.WriteFile("/proc/self/oom_score_adj", []byte("-1000"), 0)
	return bare(err)
}

// schedule gives every thread its priority. Threads inherit it from the one
// that starts them, so that it goes on until no new one is found.
func schedule() error {
	done := map[int]bool{}
	for {
		ts, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return errors.Join(fifo(0), bare(err)) // at least this one
		}
		before := len(done)
		for _, t := range ts {
			tid, err := strconv.Atoi(t.Name())
			if err != nil || done[tid] {
				continue
			}
			if err := fifo(tid); err != nil && err != unix.ESRCH {
				return err
			}
			done[tid] = true
		}
		if len(done) == before {
			return nil
		}
	}
}

func fifo(tid int) error {
	return unix.SchedSetAttr(tid, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_FIFO, Priority: priority}, 0)
}

// bare takes the name of the file away, which the reader is told otherwise.
func bare(err error) error {
	if no := syscall.Errno(0); errors.As(err, &no) {
		return no
	}
	return err
}
