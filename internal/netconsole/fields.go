package netconsole

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"netkmsg/frame"
)

var unset netip.Addr

// checkText refuses what can stand nowhere in a target.
func checkText(line string, s span) *failure {
	if s.text == "" {
		return emptyTarget(line, s)
	}
	if i := strings.IndexAny(s.text, blanks+"\x00"); i >= 0 {
		return blankFault(line, s, i)
	}
	return nil
}

// release reads the r behind the +.
func (c *cursor) release(t *Target) *failure {
	r := c.span
	if !c.skip('r') {
		return nil
	}
	if t.Extended {
		t.Release = true
		return nil
	}
	switch {
	case c.skip('+'):
		return fault(r.upto(2), "r stands in front of +", "write +r")
	case c.text == "" || strings.IndexByte("@0123456789", c.text[0]) >= 0:
		return fault(r.upto(1), "r, the release in front of every record, needs the extended format", "write +r")
	}
	c.span = r // a word that begins with r: whatever it is, it is no port
	return nil
}

// parsePort reads a port as the kernel's kstrtou16 does, base 10: one + and any number of zeros may stand in front.
func parsePort(what string, f span, port *uint16) *failure {
	digits := strings.TrimPrefix(f.text, "+")
	if n, err := strconv.ParseUint(digits, 10, 16); err == nil {
		*port = uint16(n)
		return nil
	}
	return portFault(what, f, digits)
}

// parseAddr reads an address as the kernel's in4_pton and in6_pton do: octets are decimal and may have leading zeros, so
// may groups, and there are no brackets, zones or prefix lengths.
func parseAddr(s string) (netip.Addr, bool) {
	var plain strings.Builder
	for i := 0; i < len(s); i++ {
		zero := s[i] == '0' && (i == 0 || s[i-1] == ':' || s[i-1] == '.')
		for zero && i+1 < len(s) && s[i+1] != ':' && s[i+1] != '.' && s[i] == '0' {
			i++
		}
		plain.WriteByte(s[i])
	}
	a, err := netip.ParseAddr(plain.String())
	return a, err == nil && a.Zone() == "" && !strings.Contains(s, "%")
}

// parseDevice reads a device: with a colon in it its MAC address, otherwise its name. local is the source address.
func parseDevice(f, local span, device *string) *failure {
	if strings.Contains(f.text, ":") {
		var mac frame.MAC
		if err := parseMAC("device", f, &mac); err != nil {
			return err
		}
		*device = mac.String()
		return nil
	}
	if strings.Contains(f.text, "/") || f.text == "." || f.text == ".." {
		return nameFault(f, local)
	}
	if len(f.text) > MaxDeviceName {
		return longNameFault(f)
	}
	*device = f.text
	return nil
}

// macLen is the length of 00:11:22:aa:bb:cc.
const macLen = 17

// parseMAC reads a MAC address as the kernel's mac_pton does, except that nothing may follow it.
func parseMAC(what string, f span, mac *frame.MAC) *failure {
	m, err := frame.ParseMAC(f.text[:min(len(f.text), macLen)])
	if err != nil {
		return macFault(what, f)
	}
	if rest := f.from(macLen); rest.text != "" {
		return fault(rest, fmt.Sprintf("%s behind the MAC address", quote(rest.text)), behindMAC(rest.text))
	}
	*mac = m
	return nil
}
