package output

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// sendSealed sends an entry in a sealed file in memory, whose descriptor goes
// with an empty datagram: journald takes it from there if nobody can change it
// any more.
func sendSealed(c *net.UnixConn, entry []byte) error {
	fd, err := unix.MemfdCreate("netkmsg-entry", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), "netkmsg-entry")
	defer f.Close()
	if _, err := f.Write(entry); err != nil {
		return err
	}
	seals := unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
	if _, err := unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, seals); err != nil {
		return os.NewSyscallError("seal entry", err)
	}
	// WriteMsgUnix refuses a connected socket.
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var sent error
	if err := raw.Write(func(to uintptr) bool {
		for sent = unix.EINTR; sent == unix.EINTR; {
			sent = unix.Sendmsg(int(to), nil, unix.UnixRights(fd), nil, unix.MSG_NOSIGNAL)
		}
		return sent != unix.EAGAIN
	}); err != nil {
		return err
	}
	return os.NewSyscallError("sendmsg", sent)
}
