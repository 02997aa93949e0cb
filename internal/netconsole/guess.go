package netconsole

import (
	"strconv"
	"strings"

	"netkmsg/frame"
)

// guess is an address found in other people's notations: [addr], addr%zone, addr:port, addr/prefix.
type guess struct {
	addr, zone, port string
	brackets         bool
}

// target is the shortest target that sends to the address.
func (g guess) target() string {
	return "@/" + g.zone + "," + g.port + "@" + g.addr + "/"
}

// plain writes the address as source or target address, its port in front of it and its zone as the device.
func (g guess) plain(what string) string {
	switch {
	case g.zone != "" && what == "source address":
		return g.port + "@" + g.addr + "/" + g.zone + ","
	case g.zone != "":
		return g.target()
	case g.port != "":
		return g.port + "@" + g.addr
	}
	return g.addr
}

func findAddr(s string) (guess, bool) {
	var g guess
	if inner, after, ok := strings.Cut(strings.TrimPrefix(s, "["), "]"); ok && s[0] == '[' {
		g.brackets = true
		if after != "" && !strings.HasPrefix(after, ":") {
			return guess{}, false
		}
		s, g.port = inner, strings.TrimPrefix(after, ":")
	} else if strings.Count(s, ":") == 1 && strings.Contains(s, ".") {
		s, g.port, _ = strings.Cut(s, ":")
	}
	s, g.zone, _ = strings.Cut(s, "%")
	if i := strings.IndexByte(s, '/'); i >= 0 && isDigits(s[i+1:]) {
		s = s[:i]
	}
	if g.port != "" && parsePort("", span{text: g.port}, new(uint16)) != nil || !plainName(g.zone) {
		return guess{}, false
	}
	_, ok := parseAddr(s)
	g.addr = s
	return g, ok
}

// plainName reports whether s can be shown in a suggestion as it is.
func plainName(s string) bool {
	return len(s) <= MaxDeviceName && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("/,:@;", r) }) < 0
}

// lenientMAC reads a MAC address in notations that the kernel does not take, and returns the one that it does.
func lenientMAC(s string) (string, bool) {
	bytes := strings.FieldsFunc(s, func(r rune) bool { return r == ':' || r == '-' })
	if bare := strings.ReplaceAll(s, ".", ""); len(bytes) == 1 && len(bare) == 12 {
		bytes = []string{bare[:2], bare[2:4], bare[4:6], bare[6:8], bare[8:10], bare[10:]}
	}
	var mac frame.MAC
	if len(bytes) != len(mac) {
		return "", false
	}
	for i, b := range bytes {
		n, err := strconv.ParseUint(b, 16, 8)
		if err != nil || len(b) > 2 {
			return "", false
		}
		mac[i] = byte(n)
	}
	return mac.String(), true
}
