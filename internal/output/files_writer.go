package output

import (
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// fileWriter is the end of the queue where the files are.
type fileWriter struct {
	o     FilesOptions
	tidy  *tidier
	batch fileBatch

	reopen atomic.Bool
	lost   atomic.Uint64 // lines that could not be written

	mu      sync.Mutex
	files   fileTable
	faults  fileFaults
	hosts   int       // files in the directory
	counted time.Time // when hosts was found
	aside   time.Time // of the file put aside last
}

func newFileWriter(o FilesOptions) *fileWriter {
	return &fileWriter{o: o, files: newFileTable(o.MaxOpen), faults: newFileFaults(o)}
}

func (w *fileWriter) announceShed(dst []byte, n uint64) []byte {
	return appendFileLine(dst, netip.AddrPort{}, func(dst []byte) []byte {
		return appendLost(dst, w.o.now(), n, "the disk does not keep up")
	})
}

func appendLost(dst []byte, at time.Time, n uint64, why string) []byte {
	return fmt.Appendf(dst, "%s -- %d lines lost: %s --\n", at.UTC().Format(time.RFC3339), n, why)
}

// Write takes what has gathered in the queue. Its error is for the queue to
// keep; all has been tried.
func (w *fileWriter) Write(b []byte) (int, error) {
	first := w.write(b)
	w.settle()
	return len(b), first
}

func (w *fileWriter) write(b []byte) (first error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.o.now()
	for _, h := range w.batch.split(b) {
		name := hostFile(h.host, w.o.Name(h.host))
		whole, err := w.put(name, now, h)
		if err == nil {
			w.faults.over(name)
			continue
		}
		lost := uint64(len(h.ends) - whole)
		w.lost.Add(lost)
		w.faults.begin(name, lost, whole > 0, err)
		if first == nil {
			first = err
		}
	}
	return first
}

// put writes a host's lines, behind the mark of those lost before, and returns
// how many are in the file.
func (w *fileWriter) put(name string, now time.Time, h *hostLines) (whole int, err error) {
	h.head(w.faults.mark(name, now))
	f, err := w.open(name, now, len(h.text))
	if err != nil {
		return 0, err
	}
	if whole, err = f.append(h.text, h.ends); err != nil {
		w.files.drop(f.name) // what is wrong with it may be right after opening it again
	}
	return whole, err
}

// settle closes the files if that was asked for, unless a write is going on,
// which then does it.
func (w *fileWriter) settle() {
	for w.reopen.Load() && w.mu.TryLock() {
		w.reopen.Store(false)
		w.files.closeAll()
		w.mu.Unlock()
	}
}
