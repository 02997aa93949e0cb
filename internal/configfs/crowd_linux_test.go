package configfs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// TestCrowd has processes and goroutines make, write, read and remove the same few targets and keys. Every call ends as
// some order of them would have it, no value is torn, and the tree is usable and empty at the end.
func TestCrowd(t *testing.T) {
	m := newFake()
	dir := mounted(t, m)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			cmd := exec.Command("/proc/self/exe", "-test.run=^TestCrowdChild$")
			cmd.Env = append(os.Environ(), fmt.Sprintf("CONFIGFS_TEST_CROWD=%s", dir), fmt.Sprintf("CONFIGFS_TEST_SEED=%d", i))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	for i := range 4 {
		wg.Go(func() { crowd(t, dir, 10+i) })
	}
	wg.Wait()
	for _, name := range m.Names() {
		for _, k := range mustTarget(m, name).Keys() {
			if err := unix.Rmdir(filepath.Join(dir, name, "userdata", k)); err != nil {
				t.Errorf("remove key %s of %s: %v", k, name, err)
			}
		}
		if err := unix.Rmdir(filepath.Join(dir, name)); err != nil {
			t.Errorf("remove %s: %v", name, err)
		}
	}
	es, err := os.ReadDir(dir)
	if len(es) > 0 || err != nil {
		t.Errorf("left: %v, %v", es, err)
	}
}

func TestCrowdChild(t *testing.T) {
	dir, seed := os.Getenv("CONFIGFS_TEST_CROWD"), 0
	if dir == "" {
		return // it is for TestCrowd
	}
	fmt.Sscan(os.Getenv("CONFIGFS_TEST_SEED"), &seed)
	crowd(t, dir, seed)
}

// crowd makes 400 rounds of calls, each of which may find its file there or not.
func crowd(t *testing.T, dir string, seed int) {
	mine := strings.Repeat(string(rune('a'+seed)), 100)
	for i := range 400 {
		n := i*7 + seed
		target := filepath.Join(dir, fmt.Sprint("t", n%3))
		key := filepath.Join(target, "userdata", fmt.Sprint("k", n%2))
		name := filepath.Join(target, "dev_name")
		value := filepath.Join(key, "value")
		var err error
		var may []error
		switch n % 11 {
		case 0, 1, 2:
			err, may = unix.Mkdir(target, 0), []error{unix.EEXIST}
		case 3, 4:
			err, may = unix.Mkdir(key, 0), []error{unix.EEXIST, unix.ENOENT}
		case 5:
			_, err = writeOnce(name, mine)
			may = []error{unix.ENOENT, unix.EACCES} // creating a file, if the directory is there again
		case 6:
			_, err = writeOnce(value, mine)
			may = []error{unix.ENOENT, unix.EACCES}
		case 7:
			err, may = whole(t, name), []error{unix.ENOENT}
		case 8:
			err, may = whole(t, value), []error{unix.ENOENT}
		case 9:
			err, may = unix.Rmdir(key), []error{unix.ENOENT}
		case 10:
			err, may = unix.Rmdir(target), []error{unix.ENOENT, unix.ENOTEMPTY}
		}
		if err != nil && !among(may, err) {
			t.Errorf("round %d, call %d: %v", i, n%11, err)
		}
	}
}

func among(of []error, err error) bool {
	for _, e := range of {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// whole reads a file and looks whether it is all of one write.
func whole(t *testing.T, path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	s := strings.TrimSuffix(string(b), "\n")
	if s != "" && (len(s) != 100 || strings.Trim(s, s[:1]) != "") {
		t.Errorf("torn: %q", s)
	}
	return nil
}
