// Package kmsg is netconsole's message layer, both ends of it.
//
// The sender's half reads kernel log records and turns each into the payloads
// of the datagrams that the kernel's netconsole would send for it, byte for
// byte. The receiver's half puts records together again from what arrives,
// in order, and accounts for every one.
//
// [Parse] takes one record apart. A [Source] delivers records: a [Device] is
// /dev/kmsg, a [Scanner] is a file or a pipe that holds such records or plain
// lines of text. A [Formatter] makes the payloads, in the basic or in the
// extended format of one target.
//
// [Decode] takes a datagram's payload apart. A [Collector] keeps the state of
// every host that sends: it hands on each record as a [Message] and says in a
// [Notice], in its place, what is missing, cut or repeated.
//
// The package knows nothing of packets, sockets or targets. Parsing and
// formatting have no I/O, no clock and no shared state, and in the steady state
// no part of it allocates memory for a record. It keeps no copy of a record: a
// [Record] points into the buffer it was parsed from and is valid until the
// next call of its source. No part is safe for concurrent use, except that
// [Device.Drain] and [Device.Close] may be called while another goroutine reads.
//
// Where kernels differ, the newest one that was observed (7.3.4) is followed;
// older kernels' faults are not copied.
package kmsg
