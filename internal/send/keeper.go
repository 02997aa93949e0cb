package send

import (
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// keeper sees every frame that left, of all targets: it explains the first
// one and copies all to the capture. When a capture fails it is given up, with
// a word, and sending goes on.
type keeper struct {
	mu    sync.Mutex
	first func(f []byte) error // explains the first frame; nil when done
	to    Capture
	stamp func(usec uint64) time.Time
	log   *slog.Logger
	err   error
}

// clock says what time a frame gets in the capture: that of sending, or, if
// nothing is sent, that of its record, so that the same input gives the same
// capture.
func (k *keeper) clock(noWire bool, boot time.Time) {
	k.stamp = func(uint64) time.Time { return time.Now() }
	if noWire {
		if boot.IsZero() {
			boot = time.Unix(0, 0)
		}
		k.stamp = func(usec uint64) time.Time { return boot.Add(time.Duration(usec) * time.Microsecond) }
	}
}

// any reports whether anybody wants to see the frames.
func (k *keeper) any() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.to != nil || k.first != nil
}

func (k *keeper) frame(usec uint64, f []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.first != nil {
		k.fail(k.first(f))
		k.first = nil
	}
	if k.to != nil {
		if err := k.to.Write(k.stamp(usec), f); err != nil {
			k.fail(fmt.Errorf("capture: %w", err))
			k.to = nil
		}
	}
}

func (k *keeper) fail(err error) {
	if err != nil && k.err == nil {
		k.err = err
		k.log.Error("the capture is given up", "err", err)
	}
}

// stop ends the capture: a target that is still at work writes no more to it.
func (k *keeper) stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.to = nil
}
