package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"netkmsg/frame"
	"netkmsg/frame/pcap"
	"netkmsg/internal/craft"
	"netkmsg/internal/send"
)

// likeFrame begins a recipe with a frame of a capture: FILE, or FILE:N for the
// Nth frame instead of the first.
func likeFrame(name string, in io.Reader) (craft.Recipe, error) {
	path, n := splitNumber(name)
	var r *pcap.Reader
	var err error
	if path == "-" {
		r, err = pcap.NewReader(in)
	} else {
		r, err = pcap.Open(path)
	}
	if err != nil {
		return craft.Recipe{}, fmt.Errorf("--like: %w", err)
	}
	defer r.Close()
	var p pcap.Packet
	for i := range n {
		p, err = r.Next()
		if errors.Is(err, io.EOF) {
			return craft.Recipe{}, send.Usage(fmt.Errorf("--like %s: the capture has %s", name, frames(uint64(i))))
		}
		if err != nil {
			return craft.Recipe{}, fmt.Errorf("--like: %w", err)
		}
	}
	switch {
	case frame.LinkType(p.LinkType) != frame.LinkEthernet:
		return craft.Recipe{}, fmt.Errorf("--like %s: frame %d is of %s: want Ethernet", name, n, frame.LinkType(p.LinkType))
	case p.Length > len(p.Data):
		return craft.Recipe{}, fmt.Errorf("--like %s: frame %d had %d bytes, of which the capture has %d: want a whole one", name, n, p.Length, len(p.Data))
	}
	recipe, err := craft.Like(p.Data)
	if err != nil {
		return recipe, fmt.Errorf("frame %d of %s: %w", n, path, err)
	}
	return recipe, nil
}

// splitNumber takes the number of a frame, from 1, off a name, unless there is a
// file that is called so.
func splitNumber(name string) (path string, n int) {
	at := strings.LastIndexByte(name, ':')
	if at < 0 {
		return name, 1
	}
	if _, err := os.Stat(name); err == nil {
		return name, 1
	}
	n, err := strconv.Atoi(name[at+1:])
	if err != nil || n < 1 {
		return name, 1
	}
	return name[:at], n
}
