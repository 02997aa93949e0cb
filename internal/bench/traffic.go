package main

import (
	"strconv"
	"strings"
)

// A traffic is what senders send: records of parts datagrams each.
type traffic struct {
	name    string
	parts   int
	payload func(dst []byte, seq, part int) []byte
}

const text = "e1000e 0000:00:1f.6 eth0: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx\n"

// body is one of 1801 bytes, which takes two fragments.
var body = strings.Repeat(strings.TrimSpace(text)+" ", 1800/len(text)) + strings.Repeat(".", 1800%len(text)) + "\n"

// fragmentSize is how much of a body goes in a fragment.
const fragmentSize = 960

var (
	basicTraffic = traffic{"basic", 1, func(dst []byte, seq, _ int) []byte {
		return append(appendTime(dst, seq), text...)
	}}
	extendedTraffic = traffic{"extended", 1, func(dst []byte, seq, _ int) []byte {
		return append(append(appendHeader(dst, seq), ';'), text+" SUBSYSTEM=pci\n DEVICE=+pci:0000:00:1f.6\n"...)
	}}
	fragmentedTraffic = traffic{"fragmented", 2, func(dst []byte, seq, part int) []byte {
		from := fragmentSize * part
		dst = strconv.AppendInt(append(appendHeader(dst, seq), ",ncfrag="...), int64(from), 10)
		dst = strconv.AppendInt(append(dst, '/'), int64(len(body)), 10)
		return append(append(dst, ';'), body[from:min(from+fragmentSize, len(body))]...)
	}}
)

// appendTime appends the prefix of a basic record, ten thousand of them a second.
func appendTime(dst []byte, seq int) []byte {
	dst = append(strconv.AppendInt(append(dst, "[   "...), int64(10+seq/10000%90), 10), '.')
	usec := strconv.Itoa(1e6 + seq%10000*100)
	return append(append(dst, usec[1:]...), "] "...)
}

// appendHeader appends the header of an extended record up to its flag.
func appendHeader(dst []byte, seq int) []byte {
	dst = strconv.AppendInt(append(dst, "6.12.48,6,"...), int64(seq), 10)
	return append(strconv.AppendInt(append(dst, ','), int64(10e6+seq*100), 10), ",-"...)
}

// datagram returns what the i'th datagram of all is, if hosts take turns record by record.
func (t traffic) datagram(i, hosts int) (host, seq, part int) {
	record := i / t.parts
	return record % hosts, record / hosts, i % t.parts
}
