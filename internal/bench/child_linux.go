package main

import (
	"fmt"
	"net/netip"
	"os/exec"
	"strconv"

	"netkmsg/frame"
	"netkmsg/frame/wire"
)

// tasks are what this program does as its own child: what to do n times, and with what.
var tasks = map[string]func(with string, n int) error{
	"batch":    backlog,
	"live":     live,
	"read":     read,
	"extended": extended,
	"basic":    basic,
	"listen":   listenTask,
	"craft":    crafted(),
	"sweep":    crafted([2]string{"dport", "1000-60999"}, [2]string{"src-ip", "fe80::/112"}, [2]string{"flow-label", "random"}),
	"chance":   crafted([2]string{"payload-pattern", "random"}),
	"replay":   replayed,
	"paced":    paced,
}

func child(task func(string, int) error, with, times string) error {
	n, err := strconv.Atoi(times)
	if err != nil {
		return err
	}
	return task(with, n)
}

// self is the command of a child.
func self(task, with string, n int) *exec.Cmd {
	return exec.Command("/proc/self/exe", task, with, strconv.Itoa(n))
}

func template() *frame.Template {
	t, err := frame.Header{
		Source: frame.Endpoint{MAC: sourceMAC, Addr: netip.MustParseAddr("fe80::1"), Port: 6665},
		Target: frame.Endpoint{MAC: nobody, Addr: netip.MustParseAddr("fe80::3"), Port: 6666},
	}.Template()
	if err != nil {
		panic(err)
	}
	return t
}

// sample returns a whole frame of so many bytes.
func sample(size int) []byte {
	t := template()
	f := make([]byte, size)
	for i := t.HeaderLen(); i < size; i++ {
		f[i] = byte('a' + i%26)
	}
	if err := t.Seal(f); err != nil {
		panic(err)
	}
	return f
}

// prepare opens the device and makes the buffers of some frames.
func prepare(size string, buffers int) (*wire.Conn, *frame.Template, [][]byte, error) {
	n, err := strconv.Atoi(size)
	if err != nil {
		return nil, nil, nil, err
	}
	fs := make([][]byte, buffers)
	for i := range fs {
		fs[i] = sample(n)
	}
	c, err := wire.Open(device, wire.Options{})
	return c, template(), fs, err
}

// backlog seals and sends n frames in batches.
func backlog(size string, n int) error {
	c, t, fs, err := prepare(size, wire.BatchMax)
	if err != nil {
		return err
	}
	for ; n > 0; n -= len(fs) {
		fs = fs[:min(n, len(fs))]
		for _, f := range fs {
			if err := t.Seal(f); err != nil {
				return err
			}
		}
		if sent, err := c.SendBatch(fs); err != nil {
			return fmt.Errorf("%d of a batch sent: %w", sent, err)
		}
	}
	return nil
}

// live seals and sends n frames one by one.
func live(size string, n int) error {
	c, t, fs, err := prepare(size, 1)
	if err != nil {
		return err
	}
	for range n {
		if err := t.Seal(fs[0]); err != nil {
			return err
		}
		if err := c.Send(fs[0]); err != nil {
			return err
		}
	}
	return nil
}
