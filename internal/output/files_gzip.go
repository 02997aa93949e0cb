package output

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
)

const gzSuffix = ".gz"

var errStopped = errors.New("stopped before it was finished")

// compress replaces a file by its compressed form. The one is there until the
// other is complete.
func compress(path string, quit <-chan struct{}) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	part := path + gzSuffix + ".part"
	out, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	z := gzip.NewWriter(out)
	_, err = io.Copy(z, stoppable{in, quit})
	err = errors.Join(err, z.Close(), out.Sync(), out.Close())
	if err == nil {
		err = os.Rename(part, path+gzSuffix)
	}
	if err != nil {
		os.Remove(part)
		return err
	}
	return os.Remove(path)
}

// stoppable is a reader that fails once quit is closed.
type stoppable struct {
	io.Reader
	quit <-chan struct{}
}

func (s stoppable) Read(b []byte) (int, error) {
	select {
	case <-s.quit:
		return 0, errStopped
	default:
		return s.Reader.Read(b)
	}
}
