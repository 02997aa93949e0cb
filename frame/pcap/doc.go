// Package pcap writes and reads capture files: classic pcap and pcapng, through gopacket's pcapgo and nothing else.
//
// A [Writer] hands every packet to the operating system in one write, so that tail, Wireshark and tcpdump -r - can
// follow, and after a failed write it cuts a regular file back to its last whole packet. A [Reader] tells both formats,
// both byte orders, both resolutions of classic pcap and gzip apart by content, delivers every whole packet of a file
// that was cut short, and allocates for what a packet holds, never for what a broken header claims.
//
// pcapgo's readers trust their input: they allocate what a length field says, take a file that ends inside a block for
// one that ends, keep link types in eight bits, and panic on bad options. This package looks at every length before
// pcapgo does, and takes the link types from the headers itself.
//
// Formats: classic pcap is draft-ietf-opsawg-pcap, pcapng is draft-ietf-opsawg-pcapng.
package pcap
