package collect

import (
	"net/netip"
	"time"
)

// replyTime bounds how long an answer may keep a worker from receiving.
const replyTime = 5 * time.Millisecond

func (s *Socket) reply(to netip.AddrPort, payload []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(replyTime)); err != nil {
		return err
	}
	_, err := s.conn.WriteToUDPAddrPort(payload, to)
	return err
}
