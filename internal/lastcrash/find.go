package lastcrash

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// A Place is a folder to look in.
type Place struct {
	Kind string // "pstore" or "kdump": how its files are named
	Path string // of FS, for what is said of it
	FS   fs.FS
}

// maxFile bounds the size in bytes of a file that is read.
const maxFile = 64 << 20

// Find returns the crashes in places, the oldest first within each. A file that
// cannot be read is an error beside what could; a place that is not there is
// none.
func Find(places []Place) ([]Crash, error) {
	var list []Crash
	var failed error
	for _, p := range places {
		parts, err := p.parts()
		failed = errors.Join(failed, err)
		list = append(list, join(p.Kind, useful(parts))...)
	}
	return list, failed
}

// useful leaves out the console's log where there is a dump: it has the same lines.
func useful(parts []*part) []*part {
	var dumps, consoles []*part
	for _, p := range parts {
		if p.name.kind == "console" {
			consoles = append(consoles, p)
		} else {
			dumps = append(dumps, p)
		}
	}
	if len(dumps) == 0 {
		return consoles
	}
	return dumps
}

func (p Place) parts() (parts []*part, failed error) {
	err := fs.WalkDir(p.FS, ".", func(at string, e fs.DirEntry, err error) error {
		if err != nil {
			if at != "." || !errors.Is(err, fs.ErrNotExist) {
				failed = errors.Join(failed, fmt.Errorf("look for a crash in %s: %w", p.Path, err))
			}
			return nil
		}
		n, ok := p.name(at)
		if !ok || !e.Type().IsRegular() {
			return nil
		}
		x, err := p.read(at, e, n)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("read crash %s: %w", path.Join(p.Path, at), err))
			return nil
		}
		parts = append(parts, x)
		return nil
	})
	return parts, errors.Join(failed, err)
}

// name tells whether a file holds a kernel's log.
func (p Place) name(at string) (name, bool) {
	base := path.Base(at)
	if p.Kind == "kdump" { // dmesg.202611250312 (Debian), dmesg.txt (SUSE), vmcore-dmesg.txt (Red Hat)
		ok := strings.HasPrefix(base, "dmesg.") || base == "vmcore-dmesg.txt"
		return name{full: at, kind: "dmesg", backend: path.Dir(at)}, ok
	}
	n, ok := parseName(base)
	return n, ok && (n.kind == "dmesg" || n.kind == "console")
}

func (p Place) read(at string, e fs.DirEntry, n name) (*part, error) {
	fi, err := e.Info()
	if err != nil {
		return nil, err
	}
	if fi.Size() > maxFile {
		return nil, fmt.Errorf("it has %d bytes, more than any log (%d)", fi.Size(), maxFile)
	}
	b, err := fs.ReadFile(p.FS, at)
	if err != nil {
		return nil, err
	}
	if n.compressed {
		if b, err = unpack(b); err != nil {
			return nil, err
		}
	}
	x := &part{path: path.Join(p.Path, at), name: n, time: fi.ModTime(), text: b}
	if p.Kind == "pstore" {
		x.reason, x.count, x.number, x.text = cutHeader(b)
	}
	return x, nil
}
