package build

import (
	"github.com/mdlayher/netlink"
	"github.com/mdlayher/netlink/nlenc"
	"golang.org/x/sys/unix"

	"netkmsg/internal/netdev"
)

// SetQdisc replaces the device's root queueing discipline by one that needs no options, such as "blackhole" or
// "pfifo".
func SetQdisc(index int, kind string) error {
	c, err := netlink.Dial(unix.NETLINK_ROUTE, nil)
	if err != nil {
		return netdev.Describe("set the qdisc of", netdev.Label(index), plain(err))
	}
	defer c.Close()
	e := netlink.NewAttributeEncoder()
	e.String(unix.TCA_KIND, kind)
	attrs, err := e.Encode()
	if err != nil {
		return netdev.Describe("set the qdisc of", netdev.Label(index), err)
	}
	// struct tcmsg of linux/rtnetlink.h: family and padding, ifindex, handle, parent, info.
	const root = 0xffffffff // TC_H_ROOT
	msg := make([]byte, 20, 20+len(attrs))
	nlenc.PutInt32(msg[4:8], int32(index))
	nlenc.PutUint32(msg[12:16], root)
	_, err = c.Execute(netlink.Message{
		Header: netlink.Header{
			Type:  unix.RTM_NEWQDISC,
			Flags: netlink.Request | netlink.Acknowledge | netlink.Create | netlink.Replace,
		},
		Data: append(msg, attrs...),
	})
	return netdev.Describe("set the qdisc of", netdev.Label(index), plain(err))
}
