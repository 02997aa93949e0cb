package output

import (
	"errors"
	"net/netip"
	"strings"

	"netkmsg/kmsg"
)

// hostTest is a set of hosts.
type hostTest struct {
	prefixes []netip.Prefix
	exact    []netip.AddrPort // port 0: any; with its zone
	wanted   []string
	names    *Names
}

func parseHosts(list string, at int, names *Names) (test, int, error) {
	t := &hostTest{names: names}
	for at, s := range items(list, at) {
		if p, err := netip.ParsePrefix(s); err == nil {
			t.prefixes = append(t.prefixes, p)
		} else if a, ok := tableKey(s); ok {
			t.exact = append(t.exact, a)
		} else if s == "" || strings.ContainsAny(s, "/[]:% ") {
			return nil, at, errors.New("want an address, a prefix such as 192.0.2.0/24, ADDRESS:PORT or a name")
		} else if names == nil {
			return nil, at, errors.New("no names are known; give an address")
		} else {
			t.wanted = append(t.wanted, s)
		}
	}
	return t, 0, nil
}

func (t *hostTest) message(m *kmsg.Message) bool {
	ok, _ := t.host(m.Host)
	return ok
}

func (t *hostTest) host(h netip.AddrPort) (ok, applies bool) {
	addr := h.Addr().Unmap()
	for _, p := range t.prefixes {
		if p.Contains(addr.WithZone("")) {
			return true, true
		}
	}
	for _, e := range t.exact {
		a := addr
		if e.Addr().Zone() == "" {
			a = a.WithZone("")
		}
		if e.Addr() == a && (e.Port() == 0 || e.Port() == h.Port()) {
			return true, true
		}
	}
	if len(t.wanted) > 0 {
		name := t.names.Find(h)
		for _, w := range t.wanted {
			if strings.EqualFold(w, name) {
				return true, true
			}
		}
	}
	return false, true
}
