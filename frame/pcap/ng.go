package pcap

import (
	"bufio"

	"github.com/google/gopacket/pcapgo"
)

// ng decodes pcapng through pcapgo, with a guard in between that lets only well-formed blocks through.
type ng struct {
	g *guard
	r *pcapgo.NgReader
}

func newNg(br *bufio.Reader) (*ng, error) {
	g := &guard{r: br}
	r, err := pcapgo.NewNgReader(g, pcapgo.NgReaderOptions{WantMixedLinkType: true})
	if err != nil {
		return nil, err
	}
	return &ng{g: g, r: r}, nil
}

func (d *ng) first() (link uint16, snap uint32) {
	if len(d.g.ifaces) == 0 {
		return 0, 0
	}
	return d.g.ifaces[0].link, d.g.ifaces[0].snap
}

func (d *ng) offset() int64 { return d.g.off }

func (d *ng) next() (Packet, error) {
	data, ci, err := d.r.ReadPacketData()
	if err != nil {
		return Packet{}, err
	}
	return Packet{Time: ci.Timestamp, Data: data, Length: ci.Length, LinkType: d.g.link}, nil
}
