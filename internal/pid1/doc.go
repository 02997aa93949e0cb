// Package pid1 is what the rescue binary does as the first process of a boot
// (init=/netkmsg-rescue or rdinit=/netkmsg-rescue on the kernel's command
// line): it mounts what a sender needs, loads the modules that lie beside it,
// starts the sender, and hands over to the real init.
//
// Nothing here may stop a boot. Whatever fails is said on the console and
// passed over; without a real init it stays, and reaps the dead, because a
// kernel whose first process ends panics.
package pid1
