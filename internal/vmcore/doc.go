// Package vmcore reads a crashed kernel's log out of its memory, as the kernel
// that kdump starts finds it in /proc/vmcore: an ELF file whose segments are
// the memory, and whose note VMCOREINFO says where the log is and what its
// structures look like (Documentation/admin-guide/kdump/vmcoreinfo.rst,
// kernel/printk/printk_ringbuffer.c). 64-bit kernels from Linux 5.10 on.
package vmcore
