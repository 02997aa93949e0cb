package send

import (
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"netkmsg/kmsg"
)

// logs are the log, once for each target.
type logs struct {
	each  []kmsg.Source
	drain func()    // ends all with what is there now
	live  bool      // the kernel's log, which goes on
	boot  time.Time // when its time stamps began; zero for a file
}

func (l *logs) close() {
	for _, s := range l.each {
		s.Close()
	}
}

var inputs = map[string]kmsg.InputFormat{"auto": kmsg.Auto, "kmsg": kmsg.Kmsg, "text": kmsg.Text}

func (o *Options) open(in io.Reader, away []func() bool) (*logs, error) {
	format, ok := inputs[o.Input]
	if !ok {
		return nil, usagef("--input %q: want auto, kmsg or text", o.Input)
	}
	if o.live() {
		return o.openDevice(len(away))
	}
	if o.Backlog != "all" {
		return nil, usagef("--backlog %s is for /dev/kmsg: a file is read from its beginning", o.Backlog)
	}
	f, drain, err := o.openStream(in)
	if err != nil {
		return nil, err
	}
	boot := time.Now().Add(-uptime())
	scan := kmsg.NewScanner(f, kmsg.ScanOptions{
		Format: format,
		Name:   o.From,
		Now:    func() uint64 { return uint64(time.Since(boot).Microseconds()) },
	})
	if len(away) == 1 {
		return &logs{each: []kmsg.Source{scan}, drain: drain}, nil
	}
	s := &logs{drain: drain}
	var bs []*branch
	for _, a := range away {
		b := newBranch(a)
		bs = append(bs, b)
		s.each = append(s.each, b)
	}
	go tee(scan, bs)
	return s, nil
}

func (o *Options) openDevice(n int) (*logs, error) {
	from, ok := map[string]kmsg.Backlog{"all": kmsg.All, "new": kmsg.New}[o.Backlog]
	if !ok {
		return nil, usagef("--backlog %q: want all or new", o.Backlog)
	}
	s := &logs{live: true, boot: time.Now().Add(-uptime())}
	var ds []*kmsg.Device
	for range n {
		d, err := kmsg.OpenDevice(o.From, from)
		if err != nil {
			return nil, err
		}
		ds = append(ds, d)
		s.each = append(s.each, d)
	}
	s.drain = func() {
		for _, d := range ds {
			d.Drain()
		}
	}
	if o.NoFollow {
		s.drain()
	}
	return s, nil
}

// live reports whether the log is a kernel's own device.
func (o *Options) live() bool {
	fi, err := os.Stat(o.From)
	if err != nil {
		return o.From == "/dev/kmsg"
	}
	return isDevice(fi)
}

// isLog reports whether f is the kernel's log.
func isLog(f *os.File) bool {
	fi, err := f.Stat()
	return err == nil && isDevice(fi)
}

func isDevice(fi os.FileInfo) bool {
	st, ok := fi.Sys().(*syscall.Stat_t)
	return ok && fi.Mode()&os.ModeCharDevice != 0 && uint64(st.Rdev) == 1<<8|11
}

func (o *Options) openStream(in io.Reader) (io.Reader, func(), error) {
	path := o.From
	if path == "-" {
		f, ok := in.(*os.File)
		if !ok {
			return in, func() {}, nil
		}
		if fi, err := f.Stat(); err != nil || fi.Mode().IsRegular() {
			return in, func() {}, nil
		}
		path = fmt.Sprintf("/dev/fd/%d", f.Fd()) // a file of our own, so that a read can be interrupted
	}
	f, err := os.Open(path)
	if err != nil {
		if o.From == "-" {
			return in, func() {}, nil
		}
		return nil, nil, fmt.Errorf("--from: %w", err)
	}
	if fi, err := f.Stat(); err == nil && fi.IsDir() {
		return nil, nil, fmt.Errorf("--from %s: is a directory, want a file in the format of /dev/kmsg or lines of text", path)
	}
	s, err := newStream(f)
	if err != nil {
		return nil, nil, fmt.Errorf("--from: %w", err)
	}
	return s, s.Drain, nil
}
