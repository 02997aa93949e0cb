package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/pcap"
)

// A machine is an emulated computer with a serial console and one network
// card, whose cable ends in a capture file.
type machine struct {
	cmd              *exec.Cmd
	console, capture string
	done             chan error
}

// boot starts a machine, with more of the emulator's arguments if need be.
func boot(k kernel, f initramfs, dir, cmdline string, more ...string) (*machine, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	archive, err := f.write(dir)
	if err != nil {
		return nil, err
	}
	m := &machine{console: filepath.Join(dir, "console.txt"), capture: filepath.Join(dir, "frames.pcap"), done: make(chan error, 1)}
	if err := os.Remove(m.capture); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	m.cmd = exec.Command("qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "512", "-nodefaults", "-display", "none",
		"-serial", "file:"+m.console, "-kernel", k.image, "-initrd", archive,
		"-append", "console=ttyS0 net.ifnames=0 "+cmdline,
		"-netdev", "user,restrict=on,ipv4=off,id=cable", "-device", "virtio-net-pci,netdev=cable,mac=52:54:00:00:00:01",
		"-object", "filter-dump,id=dump,netdev=cable,file="+m.capture)
	m.cmd.Args = append(m.cmd.Args, more...)
	m.cmd.Stderr = os.Stderr
	if err := m.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the emulator: %w", err)
	}
	go func() { m.done <- m.cmd.Wait() }()
	return m, nil
}

// off ends the machine.
func (m *machine) off() {
	_ = m.cmd.Process.Kill() // fails if it has ended
	<-m.done
	m.done <- nil
}

// wait returns the payloads to each UDP port, once enough says of them that
// all is there.
func (m *machine) wait(enough func(map[uint16][]string) bool) (map[uint16][]string, error) {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		got, err := m.payloads()
		if err != nil || enough(got) {
			return got, err
		}
		if i := slices.IndexFunc(got[6666], func(p string) bool { return strings.Contains(p, "boottest: failed") }); i >= 0 {
			return nil, fmt.Errorf("the guest said: %s", got[6666][i])
		}
		select {
		case err := <-m.done:
			m.done <- nil
			return nil, fmt.Errorf("the machine went off before all had come: %v (its console is in %s)", err, m.console)
		default:
		}
	}
	return nil, fmt.Errorf("not all had come after %v (the console is in %s, the frames in %s)", limit, m.console, m.capture)
}

// payloads reads the capture as far as it goes.
func (m *machine) payloads() (map[uint16][]string, error) {
	got := map[uint16][]string{}
	b, err := os.ReadFile(m.capture)
	if err != nil || len(b) == 0 {
		return got, nil // not begun yet
	}
	r, err := pcap.NewReader(bytes.NewReader(b))
	for err == nil {
		var p pcap.Packet
		if p, err = r.Next(); err != nil {
			break
		}
		f, bad := frame.Parse(p.Data)
		if errors.Is(bad, frame.ErrNotUDP) {
			continue // the guest's own neighbour discovery
		}
		if bad != nil {
			return nil, bad
		}
		got[f.Target.Port] = append(got[f.Target.Port], string(f.Payload))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return got, nil
	}
	return nil, err
}
