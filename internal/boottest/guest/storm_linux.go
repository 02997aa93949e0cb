package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	patience = 30 * time.Second // for anything that should come
	rounds   = 3                // of the storm
)

// A storm is what two senders with --realtime have to live through: the one
// that was the first process's, and one that runs from a disk.
type storm struct {
	senders  []process
	ordinary process // without --realtime
	sending  int     // senders that there are
	written  int     // records so far
	killed   int     // processes so far
}

func (s *storm) run() error {
	if err := errors.Join(ahead(), s.begin()); err != nil {
		return err
	}
	for _, step := range []func() error{s.hogs, s.memory, s.disk} {
		if err := step(); err != nil {
			return err
		}
	}
	say(fmt.Sprintf("boottest: storm: %d records written", s.written))
	return nil
}

// ahead has this process write its records whatever the hogs do.
func ahead() error {
	tasks, err := os.ReadDir("/proc/self/task")
	for _, t := range tasks {
		tid, bad := strconv.Atoi(t.Name())
		err = errors.Join(err, bad, unix.Setpriority(unix.PRIO_PROCESS, tid, -20))
	}
	return err
}

func (s *storm) begin() error {
	first, err := find("@netkmsg-rescue")
	if err != nil {
		return err
	}
	if err := os.Mkdir("/disk", 0o755); err != nil {
		return err
	}
	if err := unix.Mount("/dev/vda", "/disk", "ext4", unix.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("mount the disk: %w", err)
	}
	second, err := start("/disk/netkmsg-rescue", "--realtime", "+@/eth0,6667@fe80::2/")
	if err != nil {
		return err
	}
	if s.ordinary, err = start("/disk/ordinary", "+@/eth0,6668@fe80::2/"); err != nil {
		return err
	}
	s.senders, s.sending = []process{first, second}, 3
	for _, p := range s.senders {
		resident, err := p.realtime()
		if err != nil {
			return err
		}
		say(fmt.Sprintf("boottest: storm: process %d has oom_score_adj -1000, its threads SCHED_FIFO, and %s resident", p, resident))
	}
	return nil
}

// write writes records, and returns when every sender has had the time to
// send as many.
func (s *storm) write(n int) error {
	before, err := sent()
	if err != nil {
		return err
	}
	for range n {
		s.say()
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if now, err := sent(); err != nil || now-before >= n*s.sending {
			return err
		}
	}
	return fmt.Errorf("%d records were not sent in %v", n, patience)
}

func (s *storm) say() {
	s.written++
	say(fmt.Sprintf("boottest: storm: record %d", s.written))
}

// sent returns how many frames the device has sent.
func sent() (int, error) {
	b, err := os.ReadFile("/sys/class/net/eth0/statistics/tx_packets")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(b)))
}

// during returns the page faults that the senders have while something is done.
func (s *storm) during(do func() error) (sum faults, err error) {
	for i, do := range []func() error{func() error { return nil }, do} {
		if err := do(); err != nil {
			return faults{}, err
		}
		for _, p := range s.senders {
			f, err := p.faults()
			if err != nil {
				return faults{}, err
			}
			sign := 2*i - 1
			sum.minor += sign * f.minor
			sum.major += sign * f.major
		}
	}
	return sum, nil
}

// hogs keeps every processor busy twice, once ahead of all ordinary processes.
func (s *storm) hogs() error {
	path, err := as("hog")
	if err != nil {
		return err
	}
	n := 0
	for cpu := range runtime.NumCPU() {
		for _, nice := range []string{"10", "-20"} {
			h := exec.Command(path, strconv.Itoa(cpu), nice)
			if err := h.Start(); err != nil {
				return err
			}
			defer func() { h.Process.Kill(); h.Wait() }()
			n++
		}
	}
	const records = 400
	if err := s.write(records / 4); err != nil { // what the first ones make is there then
		return err
	}
	f, err := s.during(func() error { return s.write(records) })
	if err != nil {
		return err
	}
	if f != (faults{}) {
		return fmt.Errorf("page faults of the senders in %d records: %+v", records, f)
	}
	say(fmt.Sprintf("boottest: storm: no page fault in %d records beside %d hogs on %d processors", records, n, runtime.NumCPU()))
	return nil
}

// memory has the kernel end processes until there is memory again, and again.
func (s *storm) memory() error {
	path, err := as("eater")
	if err != nil {
		return err
	}
	f, err := s.during(func() (err error) {
		for range rounds {
			err = errors.Join(err, s.round(path))
		}
		return err
	})
	if err != nil {
		return err
	}
	var w unix.WaitStatus
	if _, err := unix.Wait4(int(s.ordinary), &w, unix.WNOHANG, nil); err != nil || !killed(w) {
		return fmt.Errorf("the sender without --realtime was to be killed: %v, %v", w, err)
	}
	s.killed, s.sending = s.killed+1, len(s.senders)
	if f.major > 0 {
		return fmt.Errorf("page faults of the senders while memory was short: %+v", f)
	}
	say(fmt.Sprintf("boottest: storm: %d processes killed for memory in %d rounds, the sender without --realtime among them; "+
		"page faults of the others: %+v", s.killed, rounds, f))
	return nil
}

// round has two processes eat all memory, while records are written.
func (s *storm) round(path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ended := make(chan *exec.Cmd)
	const eaters = 2
	for range eaters {
		e := exec.CommandContext(ctx, path)
		if err := e.Start(); err != nil {
			return err
		}
		go func() { _ = e.Wait(); ended <- e }()
	}
	for left := eaters; left > 0; {
		select {
		case e := <-ended:
			if w, ok := e.ProcessState.Sys().(syscall.WaitStatus); ctx.Err() != nil || !ok || !killed(unix.WaitStatus(w)) {
				return fmt.Errorf("%s: %v, and not killed for memory within %v", path, e.ProcessState, patience)
			}
			left--
			s.killed++
		case <-time.After(20 * time.Millisecond):
			s.say()
		}
	}
	return nil
}

func killed(w unix.WaitStatus) bool { return w.Signaled() && w.Signal() == unix.SIGKILL }

// disk takes the disk away that a sender runs from.
func (s *storm) disk() error {
	device, err := os.Readlink("/sys/block/vda/device")
	if err != nil {
		return err
	}
	const records = 100
	f, err := s.during(func() error {
		if err := os.WriteFile("/sys/bus/virtio/drivers/virtio_blk/unbind", []byte(filepath.Base(device)), 0); err != nil {
			return err
		}
		if _, err := os.ReadFile("/disk/never-read"); !errors.Is(err, unix.EIO) {
			return fmt.Errorf("the disk is not gone: a file of it that was never read: %v", err)
		}
		if err := unix.Unmount("/disk", unix.MNT_DETACH); err != nil {
			return fmt.Errorf("unmount the disk: %w", err)
		}
		return s.write(records)
	})
	if err != nil {
		return err
	}
	if f != (faults{}) {
		return fmt.Errorf("page faults of the senders without their disk: %+v", f)
	}
	for _, p := range s.senders {
		if _, err := p.realtime(); err != nil {
			return err
		}
	}
	say(fmt.Sprintf("boottest: storm: %d records sent, without a page fault, from a disk that is gone", records))
	return nil
}
