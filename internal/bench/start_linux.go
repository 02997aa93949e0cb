package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"netkmsg/frame/wire"
)

// starters returns the programs that send one frame and end, the reference first. bin is where netkmsg is built.
func starters(dir, bin string) (cs []contender, absent []string) {
	if c, err := compile(reference, filepath.Join(dir, "start")); err == nil {
		cs = append(cs, inC(c, "C: send", 1))
	} else {
		absent = append(absent, err.Error())
	}
	for _, args := range [][]string{{"netkmsg-rescue"}, {"netkmsg", "send"}} {
		path, err := exec.LookPath(filepath.Join(bin, args[0]))
		if err != nil {
			absent = append(absent, args[0]+" (make build)")
			continue
		}
		args = append(args[1:], "--from", "-", "--no-follow", fmt.Sprintf("@fe80::1/%s,@fe80::3/%s", device, nobody))
		cs = append(cs, contender{name: filepath.Base(path), command: func([]byte, int) *exec.Cmd {
			cmd := exec.Command(path, args...)
			cmd.Stdin = bytes.NewReader([]byte("6,1,1,-;one record\n"))
			return cmd
		}})
	}
	return cs, absent
}

func measureStarting(c cable, dir string, s sizes) error {
	cs, absent := starters(dir, "build")
	leftOut(absent)
	if len(cs) == 0 {
		return nil
	}
	rows, err := c.starts(cs, s.starts)
	if err != nil {
		return err
	}
	return table(os.Stdout, "ns from exec to the first frame's arrival", rows)
}

// starts measures how long each contender takes from its start to its first frame.
func (c cable) starts(cs []contender, rounds int) ([]row, error) {
	var r *wire.Receiver
	err := c.peer.Do(func() (err error) {
		r, err = wire.Listen(device, []uint16{port})
		return err
	})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var names []string
	for _, k := range cs {
		names = append(names, k.name)
	}
	return takeTurns(names, rounds, func(i int) (float64, error) {
		took, err := c.start(r, cs[i].command(sample(182), 1))
		return float64(took), err
	})
}

// start runs a program that sends one frame. The end is the receiving kernel's stamp, not when we come to see it.
func (c cable) start(r *wire.Receiver, cmd *exec.Cmd) (time.Duration, error) {
	var says bytes.Buffer
	cmd.Stderr = &says
	begin := time.Now()
	if err := c.source.Do(cmd.Start); err != nil {
		return 0, err
	}
	err := cmd.Wait()
	if err != nil {
		return 0, fmt.Errorf("%w: %s", err, bytes.TrimSpace(says.Bytes()))
	}
	var first time.Time
	err = r.Read(time.Now().Add(time.Second), func(at time.Time, _ []byte, _ bool) {
		if first.IsZero() {
			first = at
		}
	})
	return first.Sub(begin), err
}
