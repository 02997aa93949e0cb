// Demo shows the main job: a host that has a network device and nothing else,
// no address and no route, sends its kernel log to another one. Both hosts
// are network namespaces of its own, joined by a veth pair.
//
//	go run ./internal/demo PATH-OF-NETKMSG
package main

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"

	"netkmsg/frame"
	"netkmsg/frame/pcap"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netdev/build"
	"netkmsg/internal/netdev/netns"
)

const (
	recorded = "testdata/flows/v7.3.4-backlog-ext-0/records.kmsg"
	capture  = "build/demo.pcap"
	config   = "+@/eth0,@fe80::2/"
)

func main() {
	if !netns.Privileged() {
		code, err := netns.Reexec()
		if err != nil {
			fatal(fmt.Errorf("%w\nThe demo needs private namespaces: run it as root, or allow user namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)", err))
		}
		os.Exit(code)
	}
	if len(os.Args) != 2 {
		fatal(fmt.Errorf("usage: demo PATH-OF-NETKMSG"))
	}
	if err := run(os.Args[1]); err != nil {
		fatal(err)
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "demo:", err)
	os.Exit(1)
}

func run(netkmsg string) error {
	source, receiver, err := hosts()
	if err != nil {
		return err
	}
	listen, err := start(receiver, netkmsg)
	if err != nil {
		return err
	}
	args := append([]string{"send", "--no-follow", "--force", "--pcap", capture}, log()...)
	cmd := exec.Command(netkmsg, append(args, config)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	fmt.Printf("source host:   eth0 is up, it has no address and no route\nsource host:   %s\n", cmd)
	if err := source.Do(cmd.Run); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", cmd, err), listen.stop())
	}
	if err := listen.stop(); err != nil {
		return err
	}
	fmt.Printf("\nthe frames are in %s: netkmsg read %[1]s, tcpdump -r %[1]s, wireshark %[1]s\n", capture)
	sent, err := count(capture)
	if err == nil && listen.datagrams != sent {
		err = fmt.Errorf("%d of %d datagrams arrived", listen.datagrams, sent)
	}
	return err
}

// hosts makes the two namespaces. The source's device has no address at all,
// the receiver's only the link-local one.
func hosts() (source, receiver *netns.NS, err error) {
	if source, err = netns.New(); err != nil {
		return nil, nil, err
	}
	if receiver, err = netns.New(); err != nil {
		return nil, nil, err
	}
	err = build.AddVeth(
		build.VethEnd{Name: "eth0", MAC: frame.MAC{2, 0, 0, 0, 0, 1}, NetNS: source.FD()},
		build.VethEnd{Name: "eth0", MAC: frame.MAC{2, 0, 0, 0, 0, 2}, NetNS: receiver.FD()})
	if err != nil {
		return nil, nil, err
	}
	if err := source.Do(func() error { return up() }); err != nil {
		return nil, nil, err
	}
	return source, receiver, receiver.Do(func() error { return up(netip.MustParsePrefix("fe80::2/64")) })
}

func up(addrs ...netip.Prefix) error {
	l, err := netdev.Lookup("eth0")
	if err != nil {
		return err
	}
	if err := build.NoAutoAddress(l.Index); err != nil {
		return err
	}
	for _, a := range addrs {
		if err := build.AddAddress(l.Index, a); err != nil {
			return err
		}
	}
	return netdev.SetUp(l.Index)
}

// log chooses what is sent: this machine's log if it may be read.
func log() []string {
	f, err := os.Open("/dev/kmsg")
	if err == nil {
		f.Close()
		return nil
	}
	fmt.Printf("this machine's log may not be read here (%v): sending a recorded one\n", err)
	return []string{"--from", recorded}
}

func count(path string) (n int, err error) {
	r, err := pcap.Open(path)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for {
		if _, err := r.Next(); err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, err
		}
		n++
	}
}
