package output

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync/atomic"

	"netkmsg/frame"
	"netkmsg/frame/pcap"
)

// flowsMax bounds the flows whose headers are kept ready.
const flowsMax = 1024

// captureWriter is the end of the queue where the capture file is.
type captureWriter struct {
	file   *pcap.Writer
	report func(string)
	lost   atomic.Uint64

	flows  map[captureFlow]*frame.Template
	frame  []byte
	failed uint64 // datagrams in a row that could not be written
}

type captureFlow struct{ from, to netip.AddrPort }

// announceUncaptured queues a block of four bytes, which no datagram has. A
// capture file has no place for words, so that the writer reports it.
func announceUncaptured(dst []byte, n uint64) []byte {
	return appendBlock(dst, func(dst []byte) []byte { return binary.LittleEndian.AppendUint32(dst, uint32(min(n, 1<<32-1))) })
}

// Write takes what has gathered in the queue. It never fails: the file keeps
// its errors for the end.
func (w *captureWriter) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		block, n := nextBlock(rest)
		rest = rest[n:]
		if len(block) == 4 {
			w.report(fmt.Sprintf("capture file: %d datagrams are missing in it: it does not keep up", binary.LittleEndian.Uint32(block)))
			continue
		}
		w.account(w.put(readCaptured(block)))
	}
	return len(b), nil
}

func (w *captureWriter) put(c captured) error {
	t, err := w.template(captureFlow{c.from, c.to})
	if err != nil {
		return err
	}
	if w.frame, err = t.Append(w.frame[:0], c.payload); err != nil {
		return err
	}
	return w.file.Write(c.at, w.frame)
}

func (w *captureWriter) template(f captureFlow) (*frame.Template, error) {
	if t := w.flows[f]; t != nil {
		return t, nil
	}
	t, err := captureHeader(f.from, f.to).Template()
	if err != nil {
		return nil, err
	}
	if len(w.flows) >= flowsMax || w.flows == nil {
		w.flows = make(map[captureFlow]*frame.Template)
	}
	w.flows[f] = t
	return t, nil
}

// account tells of the first failure in a row and of its end.
func (w *captureWriter) account(err error) {
	switch {
	case err != nil:
		w.lost.Add(1)
		if w.failed++; w.failed == 1 {
			w.report(fmt.Sprintf("%v: datagrams are missing in the capture and counted", err))
		}
	case w.failed > 0:
		w.report(fmt.Sprintf("capture file: working again, %d datagrams are missing", w.failed))
		w.failed = 0
	}
}
