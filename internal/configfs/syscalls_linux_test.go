package configfs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestSyscalls makes each call on a tree with target t, its key k, and compares what it returns with what configfs does.
func TestSyscalls(t *testing.T) {
	m := newFake()
	dir := mounted(t, m)
	at := func(p string) string { return filepath.Join(dir, p) }
	mkdir := func(p string) func() error { return func() error { return unix.Mkdir(at(p), 0o755) } }
	rmdir := func(p string) func() error { return func() error { return unix.Rmdir(at(p)) } }
	open := func(p string, flags int) func() error {
		return func() error {
			fd, err := unix.Open(at(p), flags|unix.O_CLOEXEC, 0o644)
			if err == nil {
				unix.Close(fd)
			}
			return err
		}
	}
	write := func(p, s string) func() error {
		return func() error {
			n, err := writeOnce(at(p), s)
			if err == nil && n != len(s) {
				t.Errorf("write of %d bytes to %s took %d", len(s), p, n)
			}
			return err
		}
	}
	long := strings.Repeat("x", 255)
	tests := []struct {
		what string
		do   func() error
		want error
	}{
		{"mkdir t", mkdir("t"), nil},
		{"mkdir t again", mkdir("t"), unix.EEXIST},
		{"mkdir of 255 bytes", mkdir(long), nil},
		{"rmdir of 255 bytes", rmdir(long), nil},
		{"mkdir of 256 bytes", mkdir(long + "x"), unix.ENAMETOOLONG},
		{"stat of 256 bytes", open(long+"x", unix.O_RDONLY), unix.ENAMETOOLONG},
		{"mkdir of blanks", mkdir(" a b "), nil},
		{"rmdir of blanks", rmdir(" a b "), nil},
		{"mkdir .x", mkdir(".x"), nil},
		{"rmdir .x", rmdir(".x"), nil},
		{"mkdir in a target", mkdir("t/x"), unix.EPERM},
		{"mkdir over an attribute", mkdir("t/enabled"), unix.EEXIST},
		{"mkdir over userdata", mkdir("t/userdata"), unix.EEXIST},
		{"mkdir in a target that is not", mkdir("u/userdata/k"), unix.ENOENT},
		{"mkdir of a key", mkdir("t/userdata/k"), nil},
		{"mkdir of a key again", mkdir("t/userdata/k"), unix.EEXIST},
		{"mkdir of a key of 53 bytes", mkdir("t/userdata/" + long[:53]), nil},
		{"mkdir of a key of 54 bytes", mkdir("t/userdata/" + long[:54]), unix.ENAMETOOLONG},
		{"mkdir of a key over a feature", mkdir("t/userdata/msgid_enabled"), unix.EEXIST},
		{"mkdir in a key", mkdir("t/userdata/k/x"), unix.EPERM},
		{"rmdir of a target with keys", rmdir("t"), unix.ENOTEMPTY},
		{"rmdir userdata", rmdir("t/userdata"), unix.EPERM},
		{"rmdir of an attribute", rmdir("t/enabled"), unix.ENOTDIR},
		{"rmdir of nothing", rmdir("u"), unix.ENOENT},
		{"rmdir of no key", rmdir("t/userdata/u"), unix.ENOENT},

		{"write", write("t/enabled", "1"), nil},
		{"write of a key", write("t/userdata/k/value", "v"), nil},
		{"write of a feature", write("t/userdata/cpu_nr_enabled", "1"), nil},
		{"write of 4095 bytes", write("t/dev_name", strings.Repeat("x", 4095)), nil},
		{"write that is refused", write("t/dev_name", "refuse"), unix.EINVAL},
		{"write of nothing", write("t/dev_name", ""), nil}, // configfs: EFAULT; FUSE does not ask us
		{"open local_mac to write", open("t/local_mac", unix.O_WRONLY), unix.EACCES},
		{"open local_mac to read and write", open("t/local_mac", unix.O_RDWR), unix.EACCES},
		{"open local_mac to truncate", open("t/local_mac", unix.O_WRONLY|unix.O_TRUNC), unix.EACCES},
		{"open transmit_errors to write", open("t/transmit_errors", unix.O_WRONLY), unix.EACCES},
		{"open transmit_errors to read", open("t/transmit_errors", unix.O_RDONLY), nil},
		{"open of no attribute", open("t/nonesuch", unix.O_WRONLY), unix.ENOENT},
		{"open of a directory to write", open("t", unix.O_WRONLY), unix.EISDIR},
		{"open to append", open("t/enabled", unix.O_WRONLY|unix.O_APPEND), nil},
		{"open to create what is there", open("t/enabled", unix.O_WRONLY|unix.O_CREAT), nil},
		{"open to create exclusively what is there", open("t/enabled", unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL), unix.EEXIST},
		{"create beside the targets", open("x", unix.O_WRONLY|unix.O_CREAT), unix.EACCES},
		{"create in a target", open("t/x", unix.O_WRONLY|unix.O_CREAT), unix.EACCES},
		{"create in userdata", open("t/userdata/x", unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL), unix.EACCES},

		{"unlink an attribute", func() error { return unix.Unlink(at("t/enabled")) }, unix.EPERM},
		{"unlink a target", func() error { return unix.Unlink(at("t")) }, unix.EISDIR},
		{"rename a target", func() error { return unix.Rename(at("t"), at("u")) }, unix.EPERM},
		{"rename an attribute", func() error { return unix.Rename(at("t/enabled"), at("t/x")) }, unix.EPERM},
		{"rename a key", func() error { return unix.Rename(at("t/userdata/k"), at("t/userdata/l")) }, unix.EPERM},
		{"link", func() error { return unix.Link(at("t/enabled"), at("t/x")) }, unix.EPERM},
		{"symlink", func() error { return unix.Symlink("t", at("x")) }, unix.EPERM},
		{"mknod of a pipe", func() error { return unix.Mknod(at("x"), unix.S_IFIFO|0o644, 0) }, unix.EPERM},
		{"mknod of a file", func() error { return unix.Mknod(at("x"), unix.S_IFREG|0o644, 0) }, unix.EACCES},
		{"truncate", func() error { return unix.Truncate(at("t/enabled"), 0) }, nil},
		{"chmod", func() error { return unix.Chmod(at("t/enabled"), 0o600) }, nil},
		{"chown", func() error { return unix.Chown(at("t/enabled"), 0, 0) }, nil},
		{"utimes", func() error { return unix.Utimes(at("t/enabled"), make([]unix.Timeval, 2)) }, nil},
		{"setxattr", func() error { return unix.Setxattr(at("t"), "user.x", []byte("y"), 0) }, unix.EOPNOTSUPP},

		{"mkdir .netkmsg", mkdir(".netkmsg"), unix.EEXIST},
		{"rmdir .netkmsg", rmdir(".netkmsg"), unix.EPERM},
		{"mkdir in .netkmsg", mkdir(".netkmsg/x"), unix.EPERM},
		{"chmod of .netkmsg", func() error { return unix.Chmod(at(".netkmsg"), 0) }, unix.EPERM},
		{"open status to write", open(".netkmsg/status", unix.O_WRONLY), unix.EACCES},
		{"unlink status", func() error { return unix.Unlink(at(".netkmsg/status")) }, unix.EPERM},

		{"rmdir of a key", rmdir("t/userdata/k"), nil},
		{"open of a key that is gone", open("t/userdata/k/value", unix.O_RDONLY), unix.ENOENT},
		{"rmdir of the other key", rmdir("t/userdata/" + long[:53]), nil},
		{"rmdir t", rmdir("t"), nil},
		{"open of a target that is gone", open("t/enabled", unix.O_RDONLY), unix.ENOENT},
	}
	for _, tt := range tests {
		if err := tt.do(); err != tt.want {
			t.Errorf("%s: %v, want %v", tt.what, err, tt.want)
		}
	}
	if n := m.Len(); n != 0 {
		t.Errorf("%d targets are left", n)
	}
}

// writeOnce opens a file as the shell's > does and makes one write(2).
func writeOnce(path, s string) (int, error) {
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_TRUNC|unix.O_CREAT|unix.O_CLOEXEC, 0o666)
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	return unix.Write(fd, []byte(s))
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
