// Package expect waits for frames that meet conditions: on a device, in a
// capture file, or at a socket of the kernel's, and says how the nearest miss
// differs. The conditions are package match's; netkmsg expect is the command.
package expect
