package wire

import "golang.org/x/sys/unix"

// Queued reads a frame from c's socket.
func Queued(c *Conn) (err error) {
	c.raw.Control(func(fd uintptr) { _, _, err = unix.Recvfrom(int(fd), make([]byte, 2048), unix.MSG_DONTWAIT) })
	return err
}

// Shrink takes r's receive buffer down to the least.
func Shrink(r *Receiver) {
	r.raw.Control(func(fd uintptr) { unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 32<<10) })
}
