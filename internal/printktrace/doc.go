// Package printktrace tells on which processor a record of the kernel log was
// made, and by which task: what netconsole's sysdata has as cpu and taskname,
// and /dev/kmsg does not show.
//
// The kernel's trace event printk:console fires in the context of whoever logs.
// The package reads it through an instance of tracefs of its own, which disturbs
// nobody else's tracing, and matches its events with records by text and time:
// the two clocks differ by some milliseconds, which is found out.
package printktrace
