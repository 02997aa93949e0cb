// Package nexthop finds the MAC address to which frames for an IP address have to go, as a person would with ping and
// arping, on a host that may have neither an address nor a route.
//
// It asks on the wire itself, in frames of its own: neighbour solicitations and a router solicitation over IPv6
// (RFC 4861), ARP requests over IPv4 (RFC 826). What the kernel knows, its routes and its neighbour table, is a hint and
// a last resort. An [Asker] does the asking with neither I/O nor clock; [Decide] draws the conclusion from what was
// learned, with how each fact is known; [Resolve] connects both to a device.
//
// The four messages are written and read here, as a library for all of neighbour discovery would be a tenth of the
// rescue binary; that library is the oracle of the tests.
package nexthop
