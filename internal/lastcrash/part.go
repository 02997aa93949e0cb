package lastcrash

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxPart bounds what a part may unpack to, in bytes.
const maxPart = 16 << 20

// unpack undoes pstore's own compression, raw deflate (RFC 1951) in all
// kernels since 6.7 and by default before.
func unpack(b []byte) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), maxPart))
	if err != nil && len(out) == 0 {
		return nil, fmt.Errorf("not deflate, which is all that is understood of pstore's compression: %w", err)
	}
	return out, nil // of a part that is cut short, what there is
}

// cutHeader cuts the first line off a part, REASON#COUNT PartNUMBER
// (pstore_dump in fs/pstore/platform.c). A part without it is all text.
//
// ramoops has a line of its own in front, ====SECONDS.MICROSECONDS-C or -D,
// where the kernel did not take it off.
func cutHeader(b []byte) (reason string, count, number uint64, text []byte) {
	text = b
	if bytes.HasPrefix(b, []byte("====")) {
		_, b, _ = bytes.Cut(b, []byte("\n"))
	}
	line, rest, _ := bytes.Cut(b, []byte("\n"))
	head, tail, ok := strings.Cut(string(line[:min(len(line), 80)]), " Part")
	i := strings.LastIndexByte(head, '#')
	if !ok || i < 1 {
		return "", 0, 0, text
	}
	count, err1 := strconv.ParseUint(head[i+1:], 10, 32)
	number, err2 := strconv.ParseUint(strings.TrimSpace(tail), 10, 32)
	if err1 != nil || err2 != nil {
		return "", 0, 0, text
	}
	return head[:i], count, number, rest
}
