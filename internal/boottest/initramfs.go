package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The modules that the emulator's network card needs, those for the log of a
// crash, and those for devices on top of others.
var (
	card = []string{
		"drivers/virtio/virtio", "drivers/virtio/virtio_ring", "drivers/virtio/virtio_pci",
		"drivers/virtio/virtio_pci_legacy_dev", "drivers/virtio/virtio_pci_modern_dev",
		"net/core/failover", "drivers/net/net_failover", "drivers/net/virtio_net",
	}
	ramoops = []string{"lib/reed_solomon/reed_solomon", "fs/pstore/ramoops"}
	stacked = []string{
		"drivers/net/veth", "drivers/net/macvlan", "drivers/net/dummy", "drivers/net/vrf", "drivers/net/bonding/bonding", "net/tls/tls",
		"net/8021q/8021q", "net/802/garp", "net/802/mrp", "net/802/stp", "net/llc/llc",
	}
)

// An initramfs is what a boot begins with: files by their path in it.
type initramfs map[string]string

// bare is an initramfs with our binary as its init, what that loads, and the
// program that it hands over to.
func bare(k kernel, rescue, guest string, modules ...string) initramfs {
	files := initramfs{"init": rescue, "sbin/init": guest}
	for _, m := range modules {
		files["netkmsg.d/"+filepath.Base(m)+".ko"] = filepath.Join(k.modules, m+".ko")
	}
	return files
}

// tool adds a program of this machine and the libraries that it wants.
func (f initramfs) tool(name string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return err
	}
	f["sbin/"+name] = path
	out, err := output("", "ldd", path)
	for word := range strings.FieldsSeq(out) {
		if strings.HasPrefix(word, "/") {
			f[strings.TrimPrefix(word, "/")] = word
		}
	}
	return err
}

// write makes the archive. Its device nodes are in the one that every kernel
// has built in.
func (f initramfs) write(dir string) (string, error) {
	tree := filepath.Join(dir, "initramfs")
	if err := os.RemoveAll(tree); err != nil {
		return "", err
	}
	var names strings.Builder
	made := map[string]bool{".": true}
	var add func(string) error
	add = func(d string) error {
		if made[d] {
			return nil
		}
		made[d] = true
		if err := add(filepath.Dir(d)); err != nil {
			return err
		}
		fmt.Fprintln(&names, d)
		return os.MkdirAll(filepath.Join(tree, d), 0o755)
	}
	for name, from := range f {
		if err := add(filepath.Dir(name)); err != nil {
			return "", err
		}
		b, err := os.ReadFile(from)
		if err != nil {
			return "", err
		}
		if err := os.MkdirAll(tree, 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(tree, name), b, 0o755); err != nil {
			return "", err
		}
		fmt.Fprintln(&names, name)
	}
	archive := tree + ".cpio"
	out, err := os.Create(archive)
	if err != nil {
		return "", err
	}
	defer out.Close()
	cmd := exec.Command("cpio", "-o", "-H", "newc", "--quiet")
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = tree, strings.NewReader(names.String()), out, os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("cpio: %w", err)
	}
	return archive, nil
}
