// Package lastcrash finds what the previous kernel left of its log: in pstore
// (Documentation/admin-guide/ramoops.rst, Documentation/ABI/testing/pstore), in
// the archive that systemd-pstore makes of it, in the folders of kdump, and in the
// memory that kdump's kernel sees. It reads, and leaves all as it is.
//
// Pstore keeps a dump in parts, each a file that begins with a line such as
// "Panic#2 Part3". Part 1 has the newest lines, so the parts are joined from the
// highest number down.
package lastcrash
