package output

import (
	"fmt"
	"net/netip"
	"os"
	"time"

	"netkmsg/kmsg"
)

// FilesOptions say where [Files] write and what. Dir, Message and Notice are
// needed.
type FilesOptions struct {
	Dir string // made if it is not there, with mode 0750

	// Message and Notice append the line, with or without its newline, that
	// stands for a record or a notice.
	Message func(dst []byte, m *kmsg.Message) []byte
	Notice  func(dst []byte, n *kmsg.Notice) []byte

	// Name gives a host's name, "" if it has none. It must not wait.
	Name func(netip.AddrPort) string

	// A file that would grow beyond MaxSize bytes, or that was last written to
	// in an earlier period of length Every (counted in UTC), is put aside as
	// HOST.log.TIME and compressed in the background. The Keep youngest of them
	// remain. 0 stands for never, never and all.
	MaxSize int64
	Every   time.Duration
	Keep    int

	// MaxOpen bounds the files that are open at a time, 0 stands for 512. It is
	// never more than half of what the process may open.
	MaxOpen int

	// MaxFiles bounds the hosts that have a file of their own in Dir, 0 stands
	// for 10,000: senders can be invented faster than disks grow. The hosts
	// beyond share the file +netkmsg.log.
	MaxFiles int

	// Report is told, in one line, when a fault begins and when it has ended.
	// It must not wait.
	Report func(line string)

	limit int // of the queue
	now   func() time.Time
}

// Files is the output that keeps a plain text file for every host. One write
// takes all that a batch has for a host. A file that cannot be written to, on
// a full disk for example, is tried again with every batch; the lines lost in
// the meantime are counted, and announced in their place once it works again.
type Files struct {
	o FilesOptions
	q *queue
	w *fileWriter
}

// NewFiles fails if the directory can be neither found nor made.
func NewFiles(o FilesOptions) (*Files, error) {
	if err := os.MkdirAll(o.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("open directory of host files: %w (give a directory that can be written to)", err)
	}
	o.setDefaults()
	w := newFileWriter(o)
	if err := w.count(); err != nil {
		return nil, fmt.Errorf("open directory of host files: %w", err)
	}
	w.tidy = newTidier(o.Dir, o.Keep, o.Report)
	return &Files{o: o, w: w, q: newQueue(w, o.limit, w.announceShed)}, nil
}

func (o *FilesOptions) setDefaults() {
	if o.Name == nil {
		o.Name = func(netip.AddrPort) string { return "" }
	}
	if o.Report == nil {
		o.Report = func(string) {}
	}
	if o.MaxOpen == 0 {
		o.MaxOpen = 512
	}
	o.MaxOpen = max(1, min(o.MaxOpen, openLimit()/2))
	if o.MaxFiles == 0 {
		o.MaxFiles = 10_000
	}
	if o.limit == 0 {
		o.limit = queueLimit
	}
	if o.now == nil {
		o.now = time.Now
	}
}

// Message queues a line for the file of the record's host.
func (f *Files) Message(m *kmsg.Message) {
	f.q.add(func(dst []byte) []byte {
		return appendFileLine(dst, m.Host, func(dst []byte) []byte { return f.o.Message(dst, m) })
	})
}

// Notice queues a line for the file of the notice's host, or for +netkmsg.log
// if it concerns none.
func (f *Files) Notice(n *kmsg.Notice) {
	f.q.add(func(dst []byte) []byte {
		return appendFileLine(dst, n.Host, func(dst []byte) []byte { return f.o.Notice(dst, n) })
	})
}

// Flush begins to write what is queued.
func (f *Files) Flush() { f.q.flush() }

// Shed counts the lines that found no room in the queue and those that could
// not be written.
func (f *Files) Shed() uint64 { return f.q.shedCount() + f.w.lost.Load() }

// Reopen closes all files, as after logrotate renamed them; the next line
// opens them by their names. It does not wait for the disk.
func (f *Files) Reopen() {
	f.w.reopen.Store(true)
	f.w.settle()
}

// Close writes what is queued and finishes compressing, for at most limit
// each, and returns the first error of writing. What is left uncompressed is
// compressed after the file's next rotation.
func (f *Files) Close(limit time.Duration) error {
	err := f.q.close(limit)
	f.Reopen()
	f.w.tidy.close(limit)
	if err != nil {
		return fmt.Errorf("write host files in %s: %w", f.o.Dir, err)
	}
	return nil
}
