package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// roles are what this program does under other names.
var roles = map[string]func() error{"eater": eat, "hog": hog}

// as makes the program known by the name of a role.
func as(role string) (path string, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	path = filepath.Join("/", role)
	if err := os.Symlink(self, path); err != nil && !os.IsExist(err) {
		return "", err
	}
	return path, nil
}

// protected is what a host's database may have: the kernel would rather end
// any ordinary process than this one.
const protected = -900

// eat takes memory for as long as it is let.
func eat() error {
	if err := os.WriteFile("/proc/self/oom_score_adj", strconv.AppendInt(nil, protected, 10), 0); err != nil {
		return err
	}
	for {
		const access, kind = unix.PROT_READ | unix.PROT_WRITE, unix.MAP_PRIVATE | unix.MAP_ANONYMOUS | unix.MAP_POPULATE
		if _, err := unix.Mmap(-1, 0, 8<<20, access, kind); err != nil {
			return err
		}
	}
}

// hog wants all of the processor named in its first argument, at the nice
// value in the second.
func hog() error {
	runtime.LockOSThread()
	cpu, err := strconv.Atoi(os.Args[1])
	if err != nil {
		return err
	}
	nice, err := strconv.Atoi(os.Args[2])
	if err != nil {
		return err
	}
	var set unix.CPUSet
	set.Set(cpu)
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return err
	}
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, nice); err != nil {
		return err
	}
	for n := 0; ; n++ {
	}
}
