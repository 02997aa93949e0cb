package collect

import (
	"os"
	"strconv"
	"testing"
)

// TestInherited reads the environment as sd_listen_fds(3) does.
func TestInherited(t *testing.T) {
	own := strconv.Itoa(os.Getpid())
	tests := []struct {
		pid, fds, names string
		want            []string
		err             string
	}{
		{pid: "", fds: ""},
		{pid: "1", fds: "2"}, // for another process
		{pid: own, fds: "0"},
		{pid: own, fds: "2", want: []string{"socket 0", "socket 1"}},
		{pid: own, fds: "2", names: "kernel:", want: []string{"kernel", "socket 1"}},
		{pid: own, fds: "two", err: `take over sockets: LISTEN_FDS="two" is not a number`},
		{pid: own, fds: "-1", err: `take over sockets: LISTEN_FDS="-1" is not a number`},
	}
	for _, tt := range tests {
		t.Setenv("LISTEN_PID", tt.pid)
		t.Setenv("LISTEN_FDS", tt.fds)
		t.Setenv("LISTEN_FDNAMES", tt.names)
		files, err := inherited(func(fd uintptr, name string) *os.File {
			if want := uintptr(3); fd < want || fd > want+1 {
				t.Errorf("descriptor %d", fd)
			}
			return os.NewFile(1<<20+fd, name) // not one of this process
		})
		if tt.err != "" {
			if err == nil || err.Error() != tt.err {
				t.Errorf("%+v: %v", tt, err)
			}
			continue
		}
		var got []string
		for _, f := range files {
			got = append(got, f.Name())
		}
		if err != nil || len(got) != len(tt.want) {
			t.Fatalf("%+v: %q, %v", tt, got, err)
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%q, want %q", got, tt.want)
			}
		}
	}
}
