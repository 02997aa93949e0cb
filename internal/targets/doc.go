// Package targets is the dynamic netconsole: targets that are made, set up, enabled and removed while it runs, as in the
// kernel's configfs, and that live with their devices. What the attributes of a target mean and what becomes of it is
// decided in netconsole, without I/O; here are the log, the sockets and the goroutines.
//
// All methods of Set and Target may be called from any goroutine. Errors that a system call is to return wrap a
// syscall.Errno; they are told in the log here, where the kernel would tell them in its own.
package targets
