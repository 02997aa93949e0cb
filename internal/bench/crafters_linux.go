package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"netkmsg/frame/pcap"
)

//go:embed testdata/scapy.py
var scapy string

// looped is how many frames the capture has that is sent over and over.
const looped = 1000

// crafters returns the ways to make and send frames for tests, the reference first.
func crafters(dir string, f []byte) (cs []contender, absent []string, err error) {
	all, absent := senders(dir)
	for _, c := range all {
		if c.name != "C: send, one by one" {
			cs = append(cs, c)
		}
	}
	dump := filepath.Join(dir, fmt.Sprintf("loop-%d.pcap", len(f)))
	if err := capture(dump, f); err != nil {
		return nil, nil, err
	}
	again := []contender{
		craftAs("netkmsg craft: one frame", "craft"),
		craftAs("netkmsg craft: ports and addresses swept, random flow label", "sweep"),
		craftAs("netkmsg craft: random payload", "chance"),
		{name: "netkmsg craft --replay", frames: true, command: func(_ []byte, n int) *exec.Cmd { return self("replay", dump, n) }},
	}
	cs = append(cs[:1], append(again, cs[1:]...)...)
	for _, g := range []struct {
		tool string
		most int
		args func(n int) []string
	}{
		{"tcpreplay", 0, func(n int) []string {
			return []string{"-q", "--topspeed", "--preload-pcap", "--loop=0", fmt.Sprintf("--limit=%d", n), "-i", device, dump}
		}},
		{"nping", 20000, func(n int) []string {
			return []string{"--send-eth", "-e", device, "-6", "--udp", "--source-ip", "fe80::1", "--source-mac", sourceMAC.String(), "--dest-mac", nobody.String(),
				"-g", "6665", "-p", "6666", "--data-length", strconv.Itoa(len(f) - 62), "-c", strconv.Itoa(n), "--rate", "1000000", "-N", "-q", "fe80::3"}
		}},
		{"/usr/bin/python3", 2000, func(n int) []string { return []string{"-c", scapy, device, fmt.Sprintf("%x", f), strconv.Itoa(n)} }},
	} {
		path, err := exec.LookPath(g.tool)
		if err == nil && g.tool == "/usr/bin/python3" {
			err = exec.Command(path, "-c", "import scapy").Run()
		}
		name := filepath.Base(g.tool)
		if name == "python3" {
			name = "scapy"
		}
		if err != nil {
			absent = append(absent, name)
			continue
		}
		cs = append(cs, contender{name: name, frames: true, most: g.most, hasty: name == "nping", command: func(_ []byte, n int) *exec.Cmd { return exec.Command(path, g.args(n)...) }})
	}
	return cs, absent, nil
}

func craftAs(name, task string) contender {
	return contender{name: name, frames: true, command: func(f []byte, n int) *exec.Cmd { return self(task, strconv.Itoa(len(f)), n) }}
}

// capture writes a capture file with the same frame over and over.
func capture(path string, f []byte) error {
	w, err := pcap.Create(path, pcap.Options{})
	if err != nil {
		return err
	}
	for i := range looped {
		if err := w.Write(time.Unix(int64(i), 0), f); err != nil {
			return err
		}
	}
	return w.Close()
}

func measureCrafting(c cable, dir string, s sizes) error {
	for _, size := range []int{182, 1062} {
		f := sample(size)
		all, absent, err := crafters(dir, f)
		if err != nil {
			return err
		}
		if size == 182 {
			leftOut(absent)
		}
		rows, err := c.race(all, f, s.rounds, s.frames)
		if err != nil {
			return err
		}
		if err := table(os.Stdout, fmt.Sprintf("CPU ns to make and send a frame of %d bytes", size), rows); err != nil {
			return err
		}
	}
	return c.evenness(s.seconds)
}
