package main

import (
	_ "embed"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed debian/root.sh
var makeRoot string

// findRoot makes the disk image of a minimal Debian in dir, unless it is
// there: of the suite and from the mirror that this machine's own packages are
// from.
func findRoot(dir string) (string, error) {
	image := filepath.Join(dir, fmt.Sprintf("debian-%08x.img", crc32.ChecksumIEEE([]byte(makeRoot)))) // another script, another image
	if _, err := os.Stat(image); err == nil {
		return image, nil
	}
	sources, err := output(dir, "apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)",
		"Created-By: Packages", "Component: main", "Origin: Debian", "Label: Debian")
	if err != nil {
		return "", err
	}
	suite, mirror, ok := mainSource(sources)
	if !ok {
		return "", errors.New("make a Debian root: apt's sources name no Debian mirror (add one, and run apt-get update)")
	}
	args := []string{"--mount", "--pid", "--fork", "--propagation", "private"}
	if os.Getuid() != 0 {
		args = append(args, "--map-root-user", "--map-auto") // needs newuidmap, and a range in /etc/subuid
	}
	cmd := exec.Command("unshare", append(args, "sh", "-c", makeRoot, "root.sh", suite, mirror, image)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("make a Debian root with debootstrap: %w: %s", err, out)
	}
	return image, nil
}

// mainSource finds the suite that others only add to in lines of suites and
// mirrors.
func mainSource(sources string) (suite, mirror string, ok bool) {
	for line := range strings.Lines(sources) {
		suite, mirror, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && !strings.Contains(suite, "-") {
			return suite, mirror, true
		}
	}
	return "", "", false
}
