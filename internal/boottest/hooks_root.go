package main

import (
	"os"
	"path/filepath"
)

// realRoot makes an ext4 file system with a real init, and the program that a
// system's own sender is.
func realRoot(dir, guest, rescue string) (string, error) {
	tree, image := filepath.Join(dir, "root"), filepath.Join(dir, "root.ext4")
	for _, old := range []string{tree, image} {
		if err := os.RemoveAll(old); err != nil {
			return "", err
		}
	}
	for _, d := range []string{"dev", "proc", "run", "sys", "tmp"} {
		if err := os.MkdirAll(filepath.Join(tree, d), 0o755); err != nil {
			return "", err
		}
	}
	for to, from := range map[string]string{"sbin/init": guest, "usr/bin/netkmsg-rescue": rescue} {
		b, err := os.ReadFile(from)
		if err != nil {
			return "", err
		}
		if err := writeFile(filepath.Join(tree, to), string(b), 0o755); err != nil {
			return "", err
		}
	}
	// Without it systemd does not take the tree for a system.
	if err := writeFile(filepath.Join(tree, "etc/os-release"), "ID=boottest\n", 0o644); err != nil {
		return "", err
	}
	_, err := output("", "mke2fs", "-q", "-t", "ext4", "-d", tree, image, "24M")
	return image, err
}
