package output

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"time"
)

// faultsMax bounds the files whose lost lines are counted one by one.
const faultsMax = 4096

// fileFaults keeps in mind which files cannot be written to. A fault is told
// when the first of them fails and when the last of them works again.
type fileFaults struct {
	o     FilesOptions
	files map[string]fileFault
	lost  uint64 // by all of them
}

type fileFault struct {
	lost uint64
	err  error
}

func newFileFaults(o FilesOptions) fileFaults {
	return fileFaults{o: o, files: make(map[string]fileFault)}
}

// begin takes note of lines lost; marked tells that the mark of those before
// them is written.
func (t *fileFaults) begin(name string, lost uint64, marked bool, err error) {
	if len(t.files) == 0 {
		t.lost = 0
		t.o.Report(fmt.Sprintf("write host files: %v (%s): lines are lost and counted, every batch tries again", err, fileRemedy(err)))
	}
	t.lost += lost
	f, known := t.files[name]
	if marked {
		f.lost = 0
	}
	if known || len(t.files) < faultsMax {
		t.files[name] = fileFault{f.lost + lost, err}
	}
}

// mark is the line that stands for those lost in a file, nil if none were.
func (t *fileFaults) mark(name string, now time.Time) []byte {
	f, ok := t.files[name]
	if !ok || f.lost == 0 {
		return nil
	}
	return appendLost(nil, now, f.lost, fileCause(f.err).Error())
}

// over takes note that a file was written to.
func (t *fileFaults) over(name string) {
	if _, ok := t.files[name]; !ok {
		return
	}
	delete(t.files, name)
	if len(t.files) == 0 {
		t.o.Report(fmt.Sprintf("write host files in %s: working again, %d lines were lost", t.o.Dir, t.lost))
	}
}

// fileCause is an error without operation and path.
func fileCause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func fileRemedy(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "free some space or keep fewer old files"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "make the directory and its files writable for this process"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "raise the limit of open files"
	case errors.Is(err, syscall.ELOOP):
		return "remove the symbolic link"
	}
	return "see to the directory"
}
