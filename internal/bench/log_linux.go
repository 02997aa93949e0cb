package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os/exec"
	"time"

	"netkmsg/internal/netconsole"
	"netkmsg/internal/netpoll"
	"netkmsg/kmsg"
)

const (
	kernelLog = "/dev/kmsg"
	recorded  = "testdata/flows/v7.3.4-backlog-ext-0/records.kmsg"
)

// findLog chooses the log to read: this machine's, or where that may not be read a recorded one, and says which.
func findLog() (path, title string) {
	d, err := kmsg.OpenDevice(kernelLog, kmsg.All)
	if err != nil {
		return recorded, fmt.Sprintf("recorded log record, which costs less to read than a live one\n(%v)", err)
	}
	d.Close()
	return kernelLog, "log record from " + kernelLog
}

// pipelines are reading alone and the whole way from the log to the wire.
func pipelines(log string) []contender {
	do := func(name, task string) contender {
		return contender{name: name, command: func(_ []byte, n int) *exec.Cmd { return self(task, log, n) }}
	}
	return []contender{
		do("read alone", "read"),
		do("read, format extended, build, send", "extended"),
		do("read, format basic, build, send", "basic"),
	}
}

// read is reading alone: it reads n records and does nothing with them.
func read(path string, n int) error {
	a, err := newAgain(path, n)
	for err == nil {
		_, err = a.Next()
	}
	if err == io.EOF {
		return nil
	}
	return err
}

func extended(path string, n int) error { return pipeline(path, n, kmsg.Format{Extended: true}) }

func basic(path string, n int) error { return pipeline(path, n, kmsg.Format{}) }

// pipeline sends n records as the command does.
func pipeline(path string, n int, f kmsg.Format) error {
	ctx, quiet := context.Background(), slog.New(slog.DiscardHandler)
	src, err := newAgain(path, n)
	if err != nil {
		return err
	}
	format, err := kmsg.NewFormatter(f)
	if err != nil {
		return err
	}
	port, err := netpoll.Open(ctx, device, netip.MustParseAddr("fe80::1"), netip.MustParseAddr("fe80::3"),
		netpoll.Options{CarrierTimeout: time.Second, Log: quiet})
	if err != nil {
		return err
	}
	s := netconsole.Sender{Source: src, Format: format, Template: template(), Port: port, Log: quiet,
		Account: new(netconsole.Account)}
	if err := s.Run(ctx); err != nil {
		return err
	}
	if c := s.Account.Counts(); c.Sent != uint64(n) {
		return fmt.Errorf("not all records were sent: %+v", c)
	}
	return nil
}
