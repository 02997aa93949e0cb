package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A maker is a distribution's own tool for initramfs images.
type maker struct {
	files map[string]string                   // its configuration
	make  func(s sandbox, image string) error // the tool
}

// A refusal is a kernel's command line with nothing to send, and what is said
// of it.
type refusal struct{ cmdline, says string }

var (
	notAsked = refusal{"", "netkmsg: nothing to send"}
	badLine  = refusal{"netkmsg=+@/eth0,fe80::2/", "netkmsg: netconsole line, character "}
)

// hookedBoot boots an initramfs of the tool with our
// files in it twice: as the kernel's command line asks for, where the whole log
// arrives, from its first record to one behind the real root that the system's
// own sender sends; and with nothing to send, where nothing is sent, it is told
// once, and the boot goes on.
func hookedBoot(d maker, r refusal) func(kernel, string) (string, error) {
	return func(k kernel, dir string) (string, error) {
		f, err := programs(k, dir)
		if err != nil {
			return "", err
		}
		root, err := realRoot(dir, f["sbin/init"], f["init"])
		if err != nil {
			return "", err
		}
		image := filepath.Join(dir, "initrd.img")
		if err := d.image(sandbox{dir, k}, f["init"], image); err != nil {
			return "", err
		}
		silent := make(chan error, 1)
		go func() { silent <- silentBoot(k, image, root, filepath.Join(dir, "silent"), r) }()
		said, err := takeoverBoot(k, image, root, dir)
		if serr := <-silent; err == nil && serr != nil {
			err = fmt.Errorf("with %q: %w", r.cmdline, serr)
		}
		return fmt.Sprintf("%s; with %q nothing", said, r.cmdline), err
	}
}

func (d maker) image(s sandbox, rescue, image string) error {
	if err := installPackage(s.files(), rescue); err != nil {
		return err
	}
	for name, content := range d.files {
		if err := put(filepath.Join(s.files(), name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	if err := s.run("depmod", s.k.release); err != nil {
		return err
	}
	return d.make(s, image)
}

// withDisk are the emulator's arguments for a disk that machines may share.
func withDisk(image string) []string {
	return []string{"-drive", "if=none,id=disk,format=raw,snapshot=on,file=" + image, "-device", "virtio-blk-pci,drive=disk"}
}

const rootOnDisk = "root=/dev/vda rootfstype=ext4 ro "

// A rate, as a busy machine's emulator may not keep up with the backlog.
func takeoverBoot(k kernel, image, root, dir string) (string, error) {
	m, err := bootArchive(k, image, dir, rootOnDisk+"boottest=takeover netkmsg.flags=--rate=300/s netkmsg="+line, withDisk(root)...)
	if err != nil {
		return "", err
	}
	defer m.off()
	got, err := m.wait(func(got map[uint16][]string) bool { return has(got[6666], "boottest: done") })
	if err != nil {
		return "", err
	}
	n, err := whole(got[6666])
	if err != nil {
		return "", err
	}
	first, err := takenOver(got[6666])
	switch {
	case err != nil:
		return "", err
	case !has(got[6666], "boottest: process 1 is the real init"):
		return "", fmt.Errorf("the real init was not the first process")
	case has(got[6666], "another run takes over"):
		return "", fmt.Errorf("the initramfs's sender wrote of its sending into the log that it sends")
	}
	if _, err := m.says("another run takes over"); err != nil {
		return "", fmt.Errorf("the initramfs's sender did not outlive the initramfs: %w", err)
	}
	return fmt.Sprintf("records 0 to %d arrived without a gap, once each, those from %d on from the system's own sender", n-1, first), nil
}

func silentBoot(k kernel, image, root, dir string, r refusal) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	m, err := bootArchive(k, image, dir, rootOnDisk+r.cmdline, withDisk(root)...)
	if err != nil {
		return err
	}
	defer m.off()
	console, err := m.says("boottest: done")
	if err != nil {
		return err
	}
	if n := strings.Count(console, r.says); n != 1 {
		return fmt.Errorf("%q is said %d times (the console is in %s)", r.says, n, m.console)
	}
	got, err := m.payloads()
	if err == nil && len(got) > 0 {
		err = fmt.Errorf("datagrams were sent, to port 6666 %q", got[6666])
	}
	return err
}
