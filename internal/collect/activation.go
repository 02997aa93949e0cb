package collect

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// firstInherited is SD_LISTEN_FDS_START of sd_listen_fds(3).
const firstInherited = 3

// Inherited returns the sockets that systemd has opened for this process
// (socket activation), in its order; none if there are none. They keep what
// arrives between two runs.
func Inherited() ([]*os.File, error) { return inherited(os.NewFile) }

func inherited(open func(fd uintptr, name string) *os.File) ([]*os.File, error) {
	if os.Getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
		return nil, nil
	}
	n, err := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	if err != nil || n < 0 {
		return nil, fmt.Errorf("take over sockets: LISTEN_FDS=%q is not a number", os.Getenv("LISTEN_FDS"))
	}
	names := strings.Split(os.Getenv("LISTEN_FDNAMES"), ":")
	var fs []*os.File
	for i := range n {
		name := fmt.Sprintf("socket %d", i)
		if i < len(names) && names[i] != "" {
			name = names[i]
		}
		fs = append(fs, open(uintptr(firstInherited+i), name))
	}
	return fs, nil
}

// Notify tells systemd a state such as READY=1 (sd_notify(3)). Without
// NOTIFY_SOCKET nobody wants to know.
func Notify(state string) error {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return nil
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("notify systemd: %w", err)
	}
	defer c.Close()
	_, err = c.Write([]byte(state))
	return err
}
