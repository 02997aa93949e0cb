package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"netkmsg/internal/netdev/netns"
)

// listener is netkmsg at the receiving end.
type listener struct {
	cmd       *exec.Cmd
	messages  *bufio.Scanner
	datagrams int // when it has stopped
}

// message is what the demo wants to know of a line that the listener logs.
type message struct {
	Msg       string
	At        string
	Datagrams int
	Records   int
	Missing   int
}

// start returns when the receiver listens.
func start(host *netns.NS, netkmsg string) (*listener, error) {
	l := &listener{cmd: exec.Command(netkmsg, "listen", "--log-format", "json")}
	l.cmd.Stdout = os.Stdout
	pipe, err := l.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := host.Do(l.cmd.Start); err != nil {
		return nil, err
	}
	l.messages = bufio.NewScanner(pipe)
	m, err := l.await("listening")
	if err != nil {
		return nil, err
	}
	fmt.Printf("receiver host: netkmsg listen, at %s\n", m.At)
	return l, nil
}

// await passes over the listener's messages up to one.
func (l *listener) await(msg string) (m message, err error) {
	for l.messages.Scan() {
		if err := json.Unmarshal(l.messages.Bytes(), &m); err != nil {
			return m, fmt.Errorf("netkmsg listen: %s", l.messages.Text())
		}
		if m.Msg == msg {
			return m, nil
		}
	}
	return m, errors.Join(fmt.Errorf("netkmsg listen ended before it said %q", msg), l.cmd.Wait())
}

// stop lets the receiver finish what it has and takes its account.
func (l *listener) stop() error {
	if err := l.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	m, err := l.await("account")
	if err != nil {
		return err
	}
	l.datagrams = m.Datagrams
	fmt.Printf("receiver host: %d datagrams, %d records, %d missing\n", m.Datagrams, m.Records, m.Missing)
	return l.cmd.Wait()
}
