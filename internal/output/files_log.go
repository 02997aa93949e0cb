package output

import (
	"os"
	"path/filepath"
	"sort"
	"syscall"
	"time"
)

// hostLog is one open file.
type hostLog struct {
	name, path string
	file       *os.File
	size       int64
	used       time.Time // when it was last written to
}

// openHostLog opens a file to append to. It does not follow symbolic links and
// does not wait for the reader of a pipe.
func openHostLog(dir, name string, flags int) (*hostLog, error) {
	path := filepath.Join(dir, name)
	flags |= os.O_WRONLY | os.O_APPEND | syscall.O_NOFOLLOW | syscall.O_NONBLOCK
	f, err := os.OpenFile(path, flags, 0o640)
	if os.IsNotExist(err) && flags&os.O_CREATE != 0 && os.MkdirAll(dir, 0o750) == nil {
		f, err = os.OpenFile(path, flags, 0o640)
	}
	if err != nil {
		return nil, err
	}
	st, err := regular(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return &hostLog{name: name, path: path, file: f, size: st.Size(), used: st.ModTime()}, nil
}

// append writes text in one piece. After an error the file ends with the last
// line, by ends, that is in it whole; the number of those is returned.
func (f *hostLog) append(text []byte, ends []int) (whole int, err error) {
	if len(text) == 0 {
		return len(ends), nil
	}
	n, err := f.file.Write(text)
	if err == nil {
		f.size += int64(n)
		return len(ends), nil
	}
	whole = sort.SearchInts(ends, n+1)
	keep := 0
	if whole > 0 {
		keep = ends[whole-1]
	}
	// Its size is asked for anew: whoever rotates by copying has truncated it.
	if st, e := f.file.Stat(); e == nil && n > keep && st.Size() >= int64(n-keep) {
		f.file.Truncate(st.Size() - int64(n-keep))
	}
	return whole, err
}

// due reports whether the file is to be put aside before n more bytes.
func (f *hostLog) due(now time.Time, n int, o FilesOptions) bool {
	grown := o.MaxSize > 0 && f.size+int64(n) > o.MaxSize
	old := o.Every > 0 && now.Truncate(o.Every).After(f.used.Truncate(o.Every))
	f.used = now
	return f.size > 0 && (grown || old)
}

// asideTime is what a file put aside has behind its name: UTC, so that the
// names sort by age.
const asideTime = "20060102T150405.000Z"
