package pcap

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// Options say how [Create] treats its file. The zero value makes a new file and keeps frames whole.
type Options struct {
	Force  bool      // overwrite an existing file
	Append bool      // continue an existing capture, after cutting off an unfinished last packet
	Snap   int       // bytes kept of every frame; 0 and everything above MaxFrame mean MaxFrame
	Stdout io.Writer // what the name - stands for
}

// Create opens the capture file path for writing: pcapng if the name ends in .pcapng or .ntar, else pcap with
// nanoseconds, little-endian both, link type Ethernet. The file's header is written at once, so that a full disk shows
// here. New files can be read by their owner alone (mode 0600): a kernel log is not for every eye.
//
// An existing regular file that is not empty is refused without Force or Append. Append goes by what the file holds,
// not by its name: it takes little-endian pcap, whose resolution and snap length it keeps, and little-endian pcapng,
// to which it adds a section. Both must be Ethernet throughout.
//
// The name - writes to Options.Stdout. Pipes, terminals and devices are written to without questions; opening a named
// pipe waits for its reader.
//
// Errors wrap the system's, so that errors.Is finds fs.ErrExist, fs.ErrPermission, syscall.ENOSPC, syscall.EROFS.
func Create(path string, o Options) (*Writer, error) {
	if o.Force && o.Append {
		return nil, fmt.Errorf("create capture file %s: overwriting and appending exclude each other (use --force or --append, not both)", path)
	}
	w := &Writer{name: path, snap: MaxFrame}
	if o.Snap > 0 {
		w.snap = min(o.Snap, MaxFrame)
	}
	if path == "-" {
		if o.Stdout == nil {
			return nil, errors.New("create capture file -: no standard output given")
		}
		w.name, w.out = "standard output", o.Stdout
		if err := w.begin(false); err != nil {
			return nil, fmt.Errorf("write capture header to standard output: %w", err)
		}
		return w, nil
	}
	if err := w.open(path, o); err != nil {
		if w.file != nil {
			w.file.Close()
		}
		return nil, fmt.Errorf("create capture file %s: %w%s", path, cause(err), remedy(err))
	}
	return w, nil
}

func (w *Writer) open(path string, o Options) error {
	flags := os.O_WRONLY | os.O_CREATE
	if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() && o.Append {
		flags = os.O_RDWR // a pipe must not be opened like this: we would be its reader
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return err
	}
	w.file, w.out = f, f
	st, err := f.Stat()
	if err != nil {
		return err
	}
	w.regular = st.Mode().IsRegular()
	if w.regular && st.Size() > 0 {
		switch {
		case o.Append:
			return w.resume(st.Size())
		case !o.Force:
			return fmt.Errorf("%w and holds %d bytes (--force overwrites it, --append continues it)", fs.ErrExist, st.Size())
		}
		if err := f.Truncate(0); err != nil {
			return err
		}
	}
	return w.begin(namesNg(path))
}

// begin sets the encoding up and writes the file's header.
func (w *Writer) begin(ng bool) error {
	if ng {
		return w.beginNg()
	}
	enc := pcapgo.NewWriterNanos(&w.buf)
	w.encode = enc.WritePacket
	if err := enc.WriteFileHeader(uint32(w.snap), layers.LinkTypeEthernet); err != nil {
		return err
	}
	return w.flush()
}

func (w *Writer) beginNg() error {
	enc, err := pcapgo.NewNgWriterInterface(&w.buf, pcapgo.NgInterface{
		LinkType:   layers.LinkTypeEthernet,
		SnapLength: uint32(w.snap), // pcapgo's own default, 0, reads as "nothing captured" in some tools
	}, pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "netkmsg"}})
	if err != nil {
		return err
	}
	if err := enc.Flush(); err != nil {
		return err
	}
	w.encode = ngEncoder{enc}.encode
	return w.flush()
}
