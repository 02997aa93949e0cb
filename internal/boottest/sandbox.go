package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A sandbox is this machine's system with files on top, and the unpacked kernel
// where an installed one would be. What is written there is gone afterwards,
// but for what is below dir.
type sandbox struct {
	dir string // of the scenario
	k   kernel
}

// files is the directory whose contents lie on top.
func (s sandbox) files() string { return filepath.Join(s.dir, "files") }

// layers makes the system's tree in a mount namespace of its own. Only /usr is
// large; without root it can be a layer, where all of / with what is mounted
// below cannot. A file system cannot be both below and above, so that what lies
// on top is copied into memory.
const layers = `
mount -t tmpfs tmpfs "$dir/layers"
cd "$dir/layers"
mkdir upper work root root/usr root/etc root/tmp root/run
cp -R "$dir/files/usr/." upper
mkdir -p upper/lib/modules
mount -t overlay overlay -o "lowerdir=/usr,upperdir=upper,workdir=work$xattr" root/usr
for link in bin lib lib32 lib64 libx32 sbin; do
	[ ! -L "/$link" ] || ln -s "$(readlink "/$link")" "root/$link"
done
cp -dR --preserve=mode /etc/. root/etc 2>/dev/null || : # others' secrets
cp -R "$dir/files/etc/." root/etc
for fs in dev proc sys var; do mkdir "root/$fs" && mount --rbind "/$fs" "root/$fs"; done
mkdir -p root/boot "root$dir"
mount --bind "$kernel/lib/modules" root/usr/lib/modules
mount --bind "$kernel/boot" root/boot
mount --bind "$dir" "root$dir"
exec chroot root $fakeroot "$@"
`

// run runs a command there. Its output is kept in a file, as it is long.
func (s sandbox) run(name string, args ...string) error {
	if err := os.MkdirAll(filepath.Join(s.dir, "layers"), 0o755); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(s.dir, filepath.Base(name)+".txt"))
	if err != nil {
		return err
	}
	defer log.Close()
	unshare, xattr, fakeroot := []string{"--mount"}, "", ""
	if os.Getuid() != 0 { // the tools want to keep owners that a namespace does not have
		unshare, xattr, fakeroot = append(unshare, "--map-root-user"), ",userxattr", "fakeroot"
	}
	cmd := exec.Command("unshare", append(append(unshare, "sh", "-euc", layers, "sh", name), args...)...)
	cmd.Env = append(os.Environ(), "dir="+s.dir, "kernel="+filepath.Dir(filepath.Dir(s.k.image)), "xattr="+xattr, "fakeroot="+fakeroot, "TMPDIR="+s.dir)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w (what it said is in %s)", name, strings.Join(args, " "), err, log.Name())
	}
	return nil
}
