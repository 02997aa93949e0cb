package build

import (
	"errors"
	"syscall"

	"github.com/jsimonetti/rtnetlink/v2"
	"github.com/mdlayher/netlink"

	"netkmsg/internal/netdev"
)

// change sends a request that alters something and waits for the kernel's word. It describes a failure.
func change(op, object string, m rtnetlink.Message, typ uint16, flags netlink.HeaderFlags) error {
	c, err := rtnetlink.Dial(nil)
	if err != nil {
		return netdev.Describe(op, object, plain(err))
	}
	defer c.Close()
	_, err = c.Execute(m, typ, netlink.Request|netlink.Acknowledge|flags)
	return netdev.Describe(op, object, plain(err))
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
