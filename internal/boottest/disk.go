package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A disk is what a distribution's root has besides the distribution: files by
// their path in it, and units that are enabled.
type disk struct {
	files  map[string]string
	text   map[string]string // files, by what is in them
	enable []string
}

// write adds all that to a copy of an image, by debugfs, which needs no mount
// and so no privilege.
func (d disk) write(base, dir string) (string, error) {
	tree, image := filepath.Join(dir, "disk"), filepath.Join(dir, "disk.img")
	if err := os.RemoveAll(tree); err != nil {
		return "", err
	}
	for name, from := range d.files {
		b, err := os.ReadFile(from)
		if err != nil {
			return "", err
		}
		st, err := os.Stat(from)
		if err != nil {
			return "", err
		}
		if err := put(filepath.Join(tree, name), b, st.Mode().Perm()); err != nil {
			return "", err
		}
	}
	for name, text := range d.text {
		if err := put(filepath.Join(tree, name), []byte(text), 0o644); err != nil {
			return "", err
		}
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
