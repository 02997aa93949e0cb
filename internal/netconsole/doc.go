// Package netconsole holds what the kernel's netconsole driver calls a target: the grammar of the netconsole= parameter
// that describes it, the [Attributes], [Userdata] and [Features] of its directory in configfs, its [Life] with its
// device, and the [Sender] that moves log records to it. Nothing here touches a device, a socket or a file.
//
// The grammar is the newest kernel's (drivers/net/netconsole.c, netconsole_parser_cmdline and alloc_param_target;
// Documentation/networking/netconsole.rst):
//
//	target *( ";" target )
//	target = [+][r][source port]@[source address]/[device],[target port]@target address/[target MAC address]
//
// where the last field may also be auto, for an address that is to be found out. That is ours, not the kernel's.
//
// [Parse] accepts what the kernel accepts and gives it the kernel's meaning. What the kernel swallows in silence, or
// notices only when nothing arrives, it refuses, with a mark under the place:
//
//   - text behind a complete MAC address, which the kernel ignores;
//   - a device name of more than 15 characters, which the kernel cuts;
//   - a device name that no device can have: one with a blank or a /, "." and "..";
//   - an empty or faulty target among good ones, which the kernel skips, and a line without any target;
//   - blanks, which end the kernel's parameter unless it is quoted, newlines and NUL bytes.
package netconsole
