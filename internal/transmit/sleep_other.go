//go:build !linux

package transmit

import (
	"context"
	"time"
)

type sleeper struct{}

func (sleeper) begin() (end func()) { return func() {} }

func (sleeper) until(ctx context.Context, t time.Time) {
	timer := time.NewTimer(time.Until(t))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
