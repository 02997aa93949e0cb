package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A kernel is an unpacked package.
type kernel struct{ release, image, modules string }

// findKernel unpacks Debian's cloud kernel below dir, unless it is there.
func findKernel(dir string) (kernel, error) {
	root := filepath.Join(dir, "kernel")
	if k, err := unpacked(root); err == nil {
		return k, nil
	}
	out, err := output(dir, "apt-cache", "depends", "linux-image-cloud-amd64")
	if err != nil {
		return kernel{}, err
	}
	_, pkg, _ := strings.Cut(out, "Depends: ")
	pkg, _, _ = strings.Cut(pkg, "\n")
	if _, err := output(dir, "apt-get", "-q", "download", pkg); err != nil {
		return kernel{}, err
	}
	debs, _ := filepath.Glob(filepath.Join(dir, pkg+"_*.deb")) // the pattern is good
	if len(debs) == 0 {
		return kernel{}, fmt.Errorf("apt-get download %s left no package in %s", pkg, dir)
	}
	if _, err := output(dir, "dpkg-deb", "-x", debs[0], root); err != nil {
		return kernel{}, err
	}
	if err := os.Remove(debs[0]); err != nil {
		return kernel{}, err
	}
	return unpacked(root)
}

func unpacked(root string) (kernel, error) {
	images, _ := filepath.Glob(filepath.Join(root, "boot", "vmlinuz-*")) // the pattern is good
	if len(images) != 1 {
		return kernel{}, fmt.Errorf("%s holds %d kernels, want 1", root, len(images))
	}
	_, release, _ := strings.Cut(filepath.Base(images[0]), "-")
	return kernel{release, images[0], filepath.Join(root, "lib", "modules", release, "kernel")}, nil
}

func output(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return string(out), err
}
