package netconsole

import "syscall"

// Features are the lines that the kernel appends to extended records by itself: sysdata.
type Features struct{ CPU, TaskName, Release, MsgID bool }

// Show returns the contents of a file of the userdata directory, or false if there is no such file.
func (f *Features) Show(file string) (string, bool) {
	if p := f.flag(file); p != nil {
		return showBool(*p), true
	}
	return "", false
}

// Store does what one write(2) of data to a file does. Unlike that of enabled, the same value again is no error.
func (f *Features) Store(file string, data []byte) error {
	p := f.flag(file)
	switch {
	case p == nil:
		return deny(syscall.ENOENT, "")
	case len(data) == 0:
		return deny(syscall.EFAULT, "")
	}
	return storeBool(p, text(data))
}

func (f *Features) flag(file string) *bool {
	switch file {
	case "cpu_nr_enabled":
		return &f.CPU
	case "taskname_enabled":
		return &f.TaskName
	case "release_enabled":
		return &f.Release
	case "msgid_enabled":
		return &f.MsgID
	}
	return nil
}
