package output

import (
	"net/netip"
	"strconv"
	"time"
)

const (
	peersKept  = 8192
	peerLasts  = 60   // seconds after which a host is asked for its name again
	sourcePort = 6665 // netconsole's own
)

// peer is what an output remembers of a host.
type peer struct {
	host    netip.AddrPort
	name    string // "" if not known
	show    []byte // how the output shows the host
	style   style
	clock   clock
	changes uint64
	checked int64
}

// peers remembers hosts, so that names and addresses are not put in words for
// every record.
type peers struct {
	names *Names
	show  func(*peer) []byte
	known recent[netip.AddrPort, peer]
	last  *peer
	met   int // hosts, in all
}

func newPeers(names *Names, show func(*peer) []byte) peers {
	return peers{names: names, show: show, known: recent[netip.AddrPort, peer]{limit: peersKept}}
}

func (p *peers) get(host netip.AddrPort, now time.Time) *peer {
	h := p.last
	if h == nil || h.host != host {
		if h = p.known.get(host); h == nil {
			h = &peer{host: host}
			p.known.put(host, h)
			if host.IsValid() {
				h.style = hostStyles[p.met%len(hostStyles)]
				p.met++
			}
		}
		p.last = h
	}
	changes, at := p.names.changes(), now.Unix()
	if h.show == nil || h.changes != changes || at-h.checked >= peerLasts {
		h.name, h.changes, h.checked = p.names.Find(host), changes, at
		h.show = p.show(h)
	}
	return h
}

func (p *peers) forget(host netip.AddrPort) {
	p.known.remove(host)
	p.last = nil
}

// appendLabel appends the host's name or address, with the source port unless
// it is the usual one: several senders may share an address.
func (h *peer) appendLabel(dst []byte) []byte {
	a := h.host.Addr()
	port := h.host.Port() != sourcePort
	switch {
	case !a.IsValid():
		return append(dst, '-')
	case h.name != "":
		dst = appendSafe(dst, []byte(h.name))
	case port && a.Is6():
		dst = append(appendSafe(append(dst, '['), []byte(a.String())), ']')
	default:
		dst = appendSafe(dst, []byte(a.String()))
	}
	if port {
		dst = strconv.AppendUint(append(dst, ':'), uint64(h.host.Port()), 10)
	}
	return dst
}
