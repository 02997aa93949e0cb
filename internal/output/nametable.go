package output

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"unicode"
)

// NameTable holds names for addresses with or without their zone, and for
// addresses with a port: port 0 stands for every port.
type NameTable map[netip.AddrPort]string

// LoadNames reads a file for [ParseNames].
func LoadNames(path string) (NameTable, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	defer f.Close()
	return ParseNames(f, path)
}

// ParseNames reads a table of the form of /etc/hosts: an address and a name on
// each line, what follows the name and what stands behind # does not count. The
// address may have a zone, and a port, as in [fe80::2%eth0]:4444, where several
// hosts share an address. The first line for an address counts. file is the name
// to use in errors.
func ParseNames(r io.Reader, file string) (NameTable, error) {
	t := make(NameTable)
	var faults []error
	s := bufio.NewScanner(r)
	for n := 1; s.Scan(); n++ {
		line, _, _ := strings.Cut(s.Text(), "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		host, ok := tableKey(words[0])
		switch {
		case !ok:
			faults = append(faults, fmt.Errorf("read names: %s:%d: %q is not an address", file, n, words[0]))
		case len(words) == 1:
			faults = append(faults, fmt.Errorf("read names: %s:%d: no name behind the address %s", file, n, words[0]))
		case strings.ContainsFunc(words[1], func(c rune) bool { return !unicode.IsPrint(c) || c == unicode.ReplacementChar }):
			faults = append(faults, fmt.Errorf("read names: %s:%d: the name %q has characters that do not print", file, n, words[1]))
		case t[host] == "":
			t[host] = words[1]
		}
	}
	if err := s.Err(); err != nil {
		faults = append(faults, fmt.Errorf("read names: %s: %w", file, err))
	}
	return t, errors.Join(faults...)
}

func tableKey(s string) (netip.AddrPort, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.AddrPortFrom(a.Unmap(), 0), true
	}
	a, err := netip.ParseAddrPort(s)
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()), err == nil
}

// Find returns the name of the most exact entry for the host, "" if there is
// none.
func (t NameTable) Find(host netip.AddrPort) string {
	if len(t) == 0 {
		return ""
	}
	addr := host.Addr().Unmap()
	bare := addr.WithZone("")
	for _, key := range [...]netip.AddrPort{
		netip.AddrPortFrom(addr, host.Port()), netip.AddrPortFrom(bare, host.Port()),
		netip.AddrPortFrom(addr, 0), netip.AddrPortFrom(bare, 0),
	} {
		if name := t[key]; name != "" {
			return name
		}
	}
	return ""
}
