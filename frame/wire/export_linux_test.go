package wire

import "golang.org/x/sys/unix"

// Queued reads a frame from c's socket.
func Queued(c *Conn) (err error) {
	c.raw.Control(func(fd uintptr) { _, _, err = unix.Recvfrom(int(fd), make([]byte, 2048), unix.MSG_DONTWAIT) })
	return err
}
