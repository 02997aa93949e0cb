package main

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"

	"netkmsg/internal/cli"
	"netkmsg/internal/send"
)

//go:embed testdata/receive.c
var bareReceiver []byte

// buffer is the receive buffer that all receivers ask for, netkmsg's default.
const buffer = 4 << 20

// A receiver is a program that writes what it receives to a file.
type receiver struct {
	name     string
	command  func(file string) *exec.Cmd
	stdout   bool // the file is its standard output
	accounts bool // what it receives, and logs that at its end
}

// receivers returns those that there are here, the reference first, and the tools that others would need.
func receivers(dir string) (rs []receiver, absent []string) {
	add := func(tool, name string, stdout bool, args func(file string) []string) {
		path, err := exec.LookPath(tool)
		if err != nil {
			path, err = exec.LookPath("/usr/sbin/" + tool)
		}
		if err != nil {
			absent = append(absent, tool)
			return
		}
		rs = append(rs, receiver{name: name, stdout: stdout,
			command: func(file string) *exec.Cmd { return exec.Command(path, args(file)...) }})
	}
	if bin, err := compile(bareReceiver, filepath.Join(dir, "receive")); err == nil {
		add(bin, "C: recvmmsg and write, 64 datagrams a call", true, func(string) []string {
			return []string{strconv.Itoa(port), strconv.Itoa(buffer)}
		})
		add(bin, "C: the same, with sender and time", true, func(string) []string {
			return []string{strconv.Itoa(port), strconv.Itoa(buffer), "meta"}
		})
	} else {
		absent = append(absent, err.Error())
	}
	for _, kind := range []string{"text", "json"} {
		rs = append(rs, listening(kind))
	}
	add("socat", "socat", true, func(string) []string {
		size, option := binary.NativeEndian.AppendUint32(nil, buffer), syscall.SO_RCVBUFFORCE
		if !mayForce() {
			option = syscall.SO_RCVBUF
		}
		return []string{"-u", fmt.Sprintf("UDP6-RECV:%d,setsockopt-listen=%d:%d:x%x", port, syscall.SOL_SOCKET, option, size), "STDOUT"}
	})
	add("rsyslogd", "rsyslogd", false, func(file string) []string {
		conf := file + ".conf"
		os.WriteFile(conf, fmt.Appendf(nil, rsyslogConf, filepath.Dir(file), port, buffer, file), 0o600)
		return []string{"-n", "-f", conf, "-i", file + ".pid"}
	})
	return rs, absent
}

// listening is netkmsg listen, whose settings are the default ones.
func listening(kind string) receiver {
	return receiver{name: "netkmsg listen, " + kind, accounts: true,
		command: func(file string) *exec.Cmd { return self("listen", kind+":"+file, 0) }}
}

// rsyslogConf has rsyslogd write a file without asking for names.
const rsyslogConf = `global(workDirectory="%s" net.enableDNS="off")
module(load="imudp")
input(type="imudp" port="%d" rcvbufSize="%d")
action(type="omfile" file="%s")
`

// listenTask is netkmsg listen.
func listenTask(output string, _ int) error {
	os.Exit(cli.Main(context.Background(), []string{"netkmsg", "listen", "-o", output},
		send.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
	return nil
}
