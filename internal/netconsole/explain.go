package netconsole

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Faults of a field: it is there, and not what it should be.

func portFault(what string, f span, digits string) *failure {
	if _, err := strconv.ParseUint(digits, 10, 16); isRange(err) {
		return fault(f, fmt.Sprintf("%s %s is out of range", what, head(cells(f.text), widthQuote)), "ports go from 0 to 65535")
	}
	msg := fmt.Sprintf("%s %s is not a number", what, quote(f.text))
	if !isASCII(f.text) {
		return fault(f, msg, notASCII)
	}
	if n, err := strconv.ParseUint(f.text, 0, 16); err == nil {
		return fault(f, msg, fmt.Sprintf("ports are decimal: write %d", n))
	}
	if g, ok := findAddr(f.text); ok && g.addr == f.text {
		return fault(f, msg, "an address goes behind the @, its port in front of it")
	}
	if strings.Trim(f.text, "+rR") == "" || strings.IndexByte("rR", f.text[0]) >= 0 && isDigits(f.text[1:]) {
		return fault(f, msg, "in front of the port there may be + and then r, once each and in small letters")
	}
	return fault(f, msg, "ports are decimal, from 0 to 65535, or left out")
}

func isRange(err error) bool {
	ne, ok := err.(*strconv.NumError)
	return ok && ne.Err == strconv.ErrRange
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// notASCII is the remedy for what was pasted out of a document: curly quotes, long dashes, zero-width blanks.
const notASCII = "there are other characters in it than plain ASCII: type it anew"

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// localAddrFault explains what is no source address. rest is the target behind the / that ended it.
func localAddrFault(whole, f, rest span) *failure {
	if i := strings.IndexAny(f.text, ",@"); i >= 0 {
		return fault(f.from(i).upto(1), "the / between source address and device is missing", insertSlash(whole, f, i))
	}
	plain := addrFault("source address", f)
	device, _, _ := strings.Cut(rest.text, ",")
	if a, ok := parseAddr(device); ok {
		plain.Hint = "device and source address are swapped: " + suggest("@"+a.String()+"/"+f.text+",")
	} else if _, ok := lenientMAC(f.text); ok {
		plain.Hint = "a MAC address here is a device's: it goes behind the /"
	} else if device == "" && plainName(f.text) && !strings.ContainsAny(f.text, ".[%") {
		plain.Hint = "if it is the device, it goes behind the /: " + suggest("@/"+f.text+",")
	}
	return plain
}

// addrFault explains what is no address.
func addrFault(what string, f span) *failure {
	if f.text == "" {
		return fault(span{f.at, "/"}, "the target address is missing", "it has no default: write @ADDRESS/ with the address of the receiver")
	}
	msg := fmt.Sprintf("%s %s is not an address", what, quote(f.text))
	g, found := findAddr(f.text)
	switch {
	case !isASCII(f.text):
		return fault(f, msg, notASCII)
	case found && g.brackets:
		return fault(f, fmt.Sprintf("%s %s is in brackets", what, quote(f.text)), "the kernel's grammar takes none: "+suggest(g.plain(what)))
	case found && g.zone != "":
		i := strings.IndexByte(f.text, '%')
		return fault(f.from(i), fmt.Sprintf("%s %s has a zone", what, quote(f.text)), "the device goes between the first / and the comma: "+suggest(g.plain(what)))
	case found && g.port != "":
		i := strings.LastIndexByte(f.text, ':')
		return fault(f.from(i), fmt.Sprintf("%s %s has a port behind it", what, quote(f.text)), "the port goes in front of the @: "+suggest(g.plain(what)))
	case strings.Trim(f.text, ".0123456789") == "":
		return octetFault(what, f)
	case strings.Trim(f.text, ".:%0123456789abcdefABCDEF") == "" && strings.Contains(f.text, ":"):
		return fault(f, msg, "an IPv6 address has eight groups of up to four hexadecimal digits with : between them, or fewer and one ::")
	}
	return fault(f, msg, "netconsole takes addresses only, no names: look it up and write the number")
}

// octetFault explains digits and dots that are no IPv4 address.
func octetFault(what string, f span) *failure {
	octets := strings.Split(f.text, ".")
	if n := len(octets); n != 4 {
		return fault(f, fmt.Sprintf("%s %s is not an address", what, quote(f.text)), fmt.Sprintf("an IPv4 address has 4 numbers, this has %d", n))
	}
	at := 0
	for _, o := range octets {
		if _, err := strconv.ParseUint(o, 10, 8); isRange(err) {
			return fault(f.from(at).upto(len(o)), fmt.Sprintf("%s in %s %s is out of range", o, what, quote(f.text)), "an IPv4 address has numbers from 0 to 255")
		}
		at += len(o) + 1
	}
	return fault(f, fmt.Sprintf("%s %s is not an address", what, quote(f.text)), "a number is missing beside a dot")
}

func familyFault(t Target, f span) *failure {
	family := func(a netip.Addr) string {
		if a.Is4() {
			return "IPv4"
		}
		return "IPv6"
	}
	return fault(f, fmt.Sprintf("target address %s is %s, but the source address is %s", quote(f.text), family(t.RemoteAddr), family(t.LocalAddr)),
		"give both in one family, or leave the source address out")
}

func nameFault(f, local span) *failure {
	msg := fmt.Sprintf("device %s is no name that a device can have", quote(f.text))
	if n, device, ok := strings.Cut(f.text, "/"); ok && local.text != "" && isDigits(n) {
		return fault(f.upto(len(n)), fmt.Sprintf("there is a prefix length behind the source address %s", quote(local.text)),
			"the kernel's grammar takes none: "+suggest("@"+local.text+"/"+device+","))
	}
	return fault(f, msg, "there is one / between source address and device, and a , behind the device")
}

func longNameFault(f span) *failure {
	if mac, ok := lenientMAC(f.text); ok {
		return fault(f, fmt.Sprintf("device %s is too long for a name", quote(f.text)), "if it is a MAC address, write it as "+mac)
	}
	return fault(f.from(MaxDeviceName), fmt.Sprintf("device name %s has %d characters", quote(f.text), len(f.text)),
		fmt.Sprintf("no name has more than %d; the kernel would look for %s", MaxDeviceName, quote(f.text[:MaxDeviceName])))
}

func macFault(what string, f span) *failure {
	msg := fmt.Sprintf("%s %s is not a MAC address", what, quote(f.text))
	name, number, _ := strings.Cut(f.text, ":")
	mac, lenient := lenientMAC(f.text)
	_, isAddr := parseAddr(f.text)
	switch {
	case lenient:
		return fault(f, msg, "write it as "+mac)
	case what == "device" && isAddr:
		return fault(f, msg, "an address goes in front of the /; with a : in it the device is read as a MAC address")
	case what == "device" && isDigits(number):
		return fault(f.from(len(name)), fmt.Sprintf("device %s is an alias", quote(f.text)), "an alias is only a name for an address, which goes in front of the /; for the device "+suggest(name))
	case what == "device":
		return fault(f, msg, "with a : in it the device is read as one: six bytes as in 00:11:22:aa:bb:cc")
	case isDigits(f.text) && len(f.text) <= 3:
		return fault(f, fmt.Sprintf("there is a prefix length %s behind the target address", f.text), "the kernel's grammar takes none: take it away")
	case strings.HasPrefix(f.text, "/"):
		return fault(f.upto(1), "there is a second / behind the target address", "take one away")
	}
	return fault(f, msg, "behind the last / comes nothing, auto, or six bytes as in 00:11:22:aa:bb:cc")
}

func behindMAC(junk string) string {
	switch junk[0] {
	case ',':
		return "write ; between targets"
	case ':':
		return "a MAC address has six bytes; the kernel would ignore the rest"
	}
	return "the kernel would ignore it: take it away"
}
