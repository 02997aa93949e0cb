package output

import (
	"hash/fnv"
	"net/netip"
	"strconv"
	"strings"
)

const (
	logSuffix = ".log"

	// commonFile takes what belongs to no host, and the hosts beyond
	// FilesOptions.MaxFiles. No host's file begins with a plus sign.
	commonFile = "+netkmsg" + logSuffix

	// nameMax leaves room in the 255 bytes of a file's name for what rotation
	// appends.
	nameMax = 200
)

// hostFile returns the name of a host's file, without the directory: the name
// given, or else the address with its colons turned into underlines and its
// zone kept, then a comma and the source port unless it is netconsole's. All
// but letters, digits and "-_." of names and zones becomes %hh, and so does a
// dot or a hyphen in front: no name leads out of the directory, is hidden or
// taken for an option. A name that reads like an address is not believed.
func hostFile(host netip.AddrPort, name string) string {
	if !host.Addr().IsValid() {
		return commonFile
	}
	base := escapeName(strings.TrimSuffix(name, "."))
	if base == "" || readsLikeAddress(base) {
		base = addressName(host.Addr())
	}
	if len(base) > nameMax {
		h := fnv.New64a()
		h.Write([]byte(base))
		base = base[:nameMax-17] + "~" + strconv.FormatUint(h.Sum64(), 16)
	}
	if host.Port() != sourcePort {
		base += "," + strconv.Itoa(int(host.Port()))
	}
	return base + logSuffix
}

func addressName(a netip.Addr) string {
	a = a.Unmap()
	name := strings.ReplaceAll(a.WithZone("").String(), ":", "_")
	if a.Zone() != "" {
		name += "%" + escapeName(a.Zone())
	}
	return name
}

func readsLikeAddress(name string) bool {
	_, err := netip.ParseAddr(strings.ReplaceAll(name, "_", ":"))
	return err == nil
}

func escapeName(s string) string {
	const digits = "0123456789abcdef"
	var b []byte
	for i := range len(s) {
		c := s[i]
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', i > 0 && (c == '.' || c == '-'):
			b = append(b, c)
		default:
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return string(b)
}
