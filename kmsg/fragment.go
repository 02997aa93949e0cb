package kmsg

import (
	"bytes"
	"strconv"
)

// A record of more than ChunkMax bytes, release, userdata and sysdata included,
// is sent in fragments. Each has the release and the header, the field
// ncfrag=OFF/TOTAL, a semicolon, and the bytes from OFF on of what stands after
// the record's first semicolon; TOTAL is how many of those there are. All
// fragments but the last are filled up to ChunkMax, wherever that cuts
// (send_fragmented_body in drivers/net/netconsole.c, corpus cases len-ext and
// ud-frag-sweep).

// splitHeader splits a record at its first semicolon. What has no header is all
// text.
func splitHeader(raw []byte) (header, text []byte) {
	i := bytes.IndexByte(raw[:min(len(raw), maxHeader+1)], ';')
	if i < 0 {
		return raw[:0], raw
	}
	return raw[:i], raw[i+1:]
}

func (f *Formatter) appendFragmentHeader(dst []byte) []byte {
	dst = append(dst, f.header...)
	dst = append(dst, ",ncfrag="...)
	dst = append(strconv.AppendInt(dst, int64(f.off), 10), '/')
	return append(strconv.AppendInt(dst, int64(f.total), 10), ';')
}

// appendRange appends n bytes from off on of the concatenation of parts.
func appendRange(dst []byte, parts [][]byte, off, n int) []byte {
	for _, p := range parts {
		skip := min(off, len(p))
		p = p[skip:]
		take := min(n, len(p))
		dst = append(dst, p[:take]...)
		off, n = off-skip, n-take
	}
	return dst
}
