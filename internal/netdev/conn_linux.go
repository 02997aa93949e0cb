package netdev

import (
	"errors"
	"syscall"

	"github.com/jsimonetti/rtnetlink/v2"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// execute sends one rtnetlink request and returns the answers.
func execute(m rtnetlink.Message, typ uint16, flags netlink.HeaderFlags) ([]rtnetlink.Message, error) {
	c, err := rtnetlink.Dial(nil)
	if err != nil {
		return nil, plain(err)
	}
	defer c.Close()
	answers, err := c.Execute(m, typ, netlink.Request|flags)
	return answers, plain(err)
}

// change sends a request that alters something and waits for the kernel's word. It describes a failure.
func change(op, object string, m rtnetlink.Message, typ uint16, flags netlink.HeaderFlags) error {
	_, err := execute(m, typ, netlink.Acknowledge|flags)
	return describe(op, object, err)
}

func describe(op, object string, err error) error {
	if err == nil {
		return nil
	}
	e := &linkError{op: op, object: object, err: err}
	if errors.Is(err, unix.EPERM) {
		e.hint = "needs CAP_NET_ADMIN: run as root"
	}
	return e
}

// plain takes the errno out of the netlink library's wrapping.
func plain(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}

// linkRequest is a link message with attributes that the library does not know.
type linkRequest struct {
	rtnetlink.LinkMessage
	extra func(*netlink.AttributeEncoder)
}

func (r *linkRequest) MarshalBinary() ([]byte, error) {
	b, err := r.LinkMessage.MarshalBinary()
	if err != nil {
		return nil, err
	}
	e := netlink.NewAttributeEncoder()
	r.extra(e)
	attrs, err := e.Encode()
	return append(b, attrs...), err
}
