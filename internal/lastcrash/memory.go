package lastcrash

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"netkmsg/internal/vmcore"
)

// Memory returns what is in a crashed kernel's memory, which is at path in the
// kernel that kdump starts, and nowhere in others.
func Memory(path string) ([]Crash, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read crash: %w", err)
	}
	defer f.Close()
	l, err := vmcore.Read(f)
	if err == nil && l.Lost > 0 {
		err = fmt.Errorf("%d records of it are not whole", l.Lost)
	}
	if err != nil {
		err = fmt.Errorf("read crash %s: %w", path, err)
	}
	if len(l.Text) == 0 {
		return nil, err
	}
	return []Crash{{Origin: "vmcore " + l.Release, Time: l.Time, Text: l.Text}}, err
}
