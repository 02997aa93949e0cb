package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"netkmsg/frame/wire"
	"netkmsg/internal/craft"
	"netkmsg/internal/send"
)

// send puts the frames on the wire, and what the device took into the capture.
func (o *craftFlags) send(ctx context.Context, st send.Streams, s *craft.Sequence) (err error) {
	conn, err := wire.Open(o.dev, wire.Options{})
	if err != nil {
		return err
	}
	defer conn.Close()
	file, err := o.capture(st)
	if err != nil {
		return err
	}
	if file != nil {
		defer func() { err = errors.Join(err, file.Close()) }()
	}
	var sent, refused uint64
	buf := make([]byte, 0, s.Longest())
	for i := uint64(0); (i < s.Len() || s.Len() == 0) && ctx.Err() == nil; i++ {
		f, err := s.Frame(i, buf)
		if err != nil {
			return err
		}
		if err := conn.Send(f); err != nil {
			if refused++; refused == 1 {
				fmt.Fprintf(st.Err, "netkmsg: %v\n", err)
			}
			continue
		}
		sent++
		if file != nil {
			if err := file.Write(time.Now(), f); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(st.Err, "netkmsg: %s sent, %d refused\n", frames(sent), refused)
	if refused > 0 {
		return fmt.Errorf("%s refused by %s", frames(refused), conn.Name())
	}
	return nil
}
