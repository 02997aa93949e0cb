package pcap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/google/gopacket"
)

// A Writer writes frames to a capture file. It may be used by several goroutines at once.
type Writer struct {
	name    string
	file    *os.File // nil for standard output, which stays open
	regular bool     // file can be cut
	out     io.Writer
	encode  func(gopacket.CaptureInfo, []byte) error // into buf
	snap    int
	trimmed int64

	mu      sync.Mutex
	buf     bytes.Buffer // the packet being written
	packets int          // whole ones in the file
	end     int64        // of the last whole packet, if regular
	broken  error        // set when the output ends in the middle of a packet for good
	lost    int          // packets that could not be written
	lostErr error        // why the first of them could not
}

// Write appends one Ethernet frame, captured at the given time, in one write to the operating system. The times that a
// capture file can hold reach from 1970 to 2106, in nanoseconds. Frames beyond the snap length are cut, their original
// length kept.
//
// If a regular file cannot be written to (no space left, usually) it is cut back to its last whole packet, and a later
// Write may succeed again. A pipe that took a part of a packet is lost: every later Write fails.
func (w *Writer) Write(at time.Time, frame []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.write(at, frame); err != nil {
		err = fmt.Errorf("write packet %d to %s: %w (%s)", w.packets+1, w.name, err, w.safe(err))
		if w.lost++; w.lost == 1 {
			w.lostErr = err
		}
		return err
	}
	w.packets++
	return nil
}

func (w *Writer) write(at time.Time, frame []byte) error {
	if w.broken != nil {
		return w.broken
	}
	if s := at.Unix(); s < 0 || s > 1<<32-1 {
		return fmt.Errorf("time %s is outside 1970 to 2106", at.UTC().Format(time.RFC3339))
	}
	w.buf.Reset()
	data := frame[:min(len(frame), w.snap)]
	if err := w.encode(gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(data), Length: len(frame)}, data); err != nil {
		return err
	}
	return w.flush()
}

// flush writes out buf, and undoes it where that fails half-way.
func (w *Writer) flush() error {
	n, err := w.out.Write(w.buf.Bytes())
	if err == nil && n < w.buf.Len() {
		err = io.ErrShortWrite
	}
	if err == nil {
		w.end += int64(n)
		return nil
	}
	err = cause(err)
	if n == 0 {
		return err
	}
	if !w.regular {
		w.broken = fmt.Errorf("output ended in the middle of packet %d: %w", w.packets+1, err)
		return err
	}
	if cut := w.cut(); cut != nil {
		w.broken = fmt.Errorf("file ends in the middle of packet %d: %w", w.packets+1, cut)
		return errors.Join(err, w.broken)
	}
	return err
}

// cut takes the file back to the end of its last whole packet.
func (w *Writer) cut() error {
	if err := w.file.Truncate(w.end); err != nil {
		return cause(err)
	}
	_, err := w.file.Seek(w.end, io.SeekStart)
	return cause(err)
}

// safe says what the file is still good for after err, and what can be done.
func (w *Writer) safe(err error) string {
	what := fmt.Sprintf("%d whole packets are", w.packets)
	if w.packets == 1 {
		what = "1 whole packet is"
	}
	if w.regular && full(err) {
		return what + " safe in the file: free some space, or write to another file system"
	}
	return what + " written"
}

// Trimmed returns how many bytes of an unfinished last packet Options.Append has cut off the existing file.
func (w *Writer) Trimmed() int64 { return w.trimmed }

// Packets returns how many whole packets the file holds, those included that were there before Options.Append.
func (w *Writer) Packets() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.packets
}

// Close closes the file; standard output stays open. It fails if packets could not be written, with the first reason,
// so that a caller who looked at no Write still learns of a full disk.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	if w.lost > 0 {
		err = fmt.Errorf("%d packets are missing in the capture: %w", w.lost, w.lostErr)
	}
	if w.file == nil {
		return err
	}
	if c := w.file.Close(); c != nil {
		return errors.Join(err, fmt.Errorf("close capture file %s: %w", w.name, cause(c)))
	}
	return err
}
