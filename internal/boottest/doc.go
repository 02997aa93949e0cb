// Boottest boots a real kernel in an emulator, with the rescue binary as its
// first process and a network card without address or route, and looks at what
// the card sends.
//
//	go run ./internal/boottest
//
// It takes Debian's kernel for virtual machines (downloaded and unpacked, not
// installed) and qemu without any acceleration, so that it runs wherever these
// two packages do. Some machines have a minimal Debian of the same suite for
// their root, on a disk that debootstrap fills; an ordinary user needs uidmap for
// that.
package main
