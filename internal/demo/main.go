// Demo shows the main job: a host that has a network device and nothing else,
// no address and no route, sends its kernel log to another one. Both hosts
// are network namespaces of its own, joined by a veth pair.
//
//	go run ./internal/demo PATH-OF-NETKMSG
package main

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/pcap"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netdev/netns"
)

const (
	recorded = "testdata/flows/v7.3.4-backlog-ext-0/records.kmsg"
	capture  = "build/demo.pcap"
	config   = "@/eth0,@fe80::2/"
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
	conn, err := listen(receiver)
	if err != nil {
		return err
	}
	args := append([]string{"send", "--no-follow", "--force", "--pcap", capture}, log()...)
	cmd := exec.Command(netkmsg, append(args, config)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	fmt.Printf("source host: eth0 is up, it has no address and no route\nsource host: %s\n", cmd)
	if err := source.Do(cmd.Start); err != nil {
		return err
	}
	received := make(chan int)
	go func() { received <- print(conn) }()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	sent, err := count(capture)
	if err != nil {
		return err
	}
	conn.SetReadDeadline(time.Now().Add(time.Second)) // all is in the socket's buffer by now
	n := <-received
	fmt.Printf("\nreceiver: %d of %d datagrams arrived\nthe frames are in %s: tcpdump -r %[3]s, wireshark %[3]s\n", n, sent, capture)
	if n != sent {
		return fmt.Errorf("%d datagrams are missing", sent-n)
	}
	return nil
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
	err = netdev.AddVeth(
		netdev.VethEnd{Name: "eth0", MAC: frame.MAC{2, 0, 0, 0, 0, 1}, NetNS: source.FD()},
		netdev.VethEnd{Name: "eth0", MAC: frame.MAC{2, 0, 0, 0, 0, 2}, NetNS: receiver.FD()})
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
	if err := netdev.NoAutoAddress(l.Index); err != nil {
		return err
	}
	for _, a := range addrs {
		if err := netdev.AddAddress(l.Index, a); err != nil {
			return err
		}
	}
	return netdev.SetUp(l.Index)
}

func listen(receiver *netns.NS) (conn *net.UDPConn, err error) {
	err = receiver.Do(func() error {
		conn, err = net.ListenUDP("udp6", &net.UDPAddr{Port: 6666})
		return err
	})
	if err == nil {
		err = conn.SetReadBuffer(4 << 20)
	}
	return conn, err
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

// print shows what arrives until the deadline and returns how many datagrams
// it was.
func print(conn *net.UDPConn) (n int) {
	buf := make([]byte, 2048)
	for {
		k, err := conn.Read(buf)
		if err != nil {
			return n
		}
		n++
		os.Stdout.Write(buf[:k])
	}
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
