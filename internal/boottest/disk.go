package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A disk is what is on one, or besides a distribution: files by their path in
// it, and units that are enabled.
type disk struct {
	files  map[string]string
	text   map[string]string // files, by what is in them
	empty  []string          // directories
	enable []string
}

// build makes an image of a size that mke2fs knows, with nothing else on it.
func (d disk) build(dir, size string) (string, error) {
	tree, image := filepath.Join(dir, "disk"), filepath.Join(dir, "disk.img")
	if err := errors.Join(os.RemoveAll(image), d.lay(tree)); err != nil {
		return "", err
	}
	_, err := output("", "mke2fs", "-q", "-t", "ext4", "-d", tree, image, size)
	return image, err
}

// write adds all that to a copy of an image, by debugfs, which needs no mount
// and so no privilege.
func (d disk) write(base, dir string) (string, error) {
	tree, image := filepath.Join(dir, "disk"), filepath.Join(dir, "disk.img")
	if err := d.lay(tree); err != nil {
		return "", err
	}
	if len(d.enable) > 0 {
		if _, err := output("", "systemctl", append([]string{"--quiet", "--root", tree, "enable"}, d.enable...)...); err != nil {
			return "", err
		}
	}
	if _, err := output("", "cp", "--sparse=always", base, image); err != nil {
		return "", err
	}
	return image, addTree(tree, image)
}

// lay makes a tree of it.
func (d disk) lay(tree string) error {
	err := os.RemoveAll(tree)
	for _, name := range d.empty {
		err = errors.Join(err, os.MkdirAll(filepath.Join(tree, name), 0o755))
	}
	for name, from := range d.files {
		err = errors.Join(err, putFile(filepath.Join(tree, name), from))
	}
	for name, text := range d.text {
		err = errors.Join(err, put(filepath.Join(tree, name), []byte(text), 0o644))
	}
	return err
}

func putFile(path, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	st, err := os.Stat(from)
	if err != nil {
		return err
	}
	return put(path, b, st.Mode().Perm())
}

func put(path string, b []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, b, mode); err != nil {
		return err
	}
	return os.Chmod(path, mode) // whatever the umask
}

// addTree adds what is in a tree to the file system in an image.
func addTree(tree, image string) error {
	var script strings.Builder
	err := filepath.WalkDir(tree, func(path string, e fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, tree)
		switch {
		case err != nil || name == "":
			return err
		case e.IsDir():
			fmt.Fprintf(&script, "mkdir %s\n", name)
		case e.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&script, "symlink %s %s\n", name, target)
		default:
			fmt.Fprintf(&script, "write %s %s\n", path, name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	cmd := exec.Command("debugfs", "-w", "-f", "-", image)
	cmd.Stdin = strings.NewReader(script.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("debugfs: %w: %s", err, out)
	}
	return complaint(string(out))
}

// complaint finds what debugfs, which always ends well, could not do. That a
// directory is there already is none.
func complaint(out string) error {
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		switch {
		case line == "", strings.HasPrefix(line, "debugfs"), strings.HasPrefix(line, "Allocated inode: "),
			strings.Contains(line, "mkdir: Ext2 directory already exists"):
		default:
			return fmt.Errorf("debugfs: %s", line)
		}
	}
	return nil
}
