package send

import (
	"fmt"
	"sync"
	"time"

	"netkmsg/internal/logline"
)

// keeper sees every frame that left, of all targets: it explains the first
// one and copies all to the capture. When a capture fails it is given up, with
// a word, and sending goes on.
type keeper struct {
	mu    sync.Mutex
	first func(f []byte) error // explains the first frame; nil when done
	to    Capture
	stamp func(usec uint64) time.Time
	log   logline.Log

	err    error         // the first failure
	failed chan struct{} // closed when there is one
}

func newKeeper(log logline.Log) *keeper {
	return &keeper{log: log, failed: make(chan struct{})}
}

// latest bounds the time stamps of records, in microseconds: at 71 years after
// boot, as a capture file ends in 2106.
const latest = 1 << 51

// clock says what time a frame gets in the capture: that of sending, or, if
// nothing is sent, that of its record, so that the same input gives the same
// capture.
func (k *keeper) clock(noWire bool, boot time.Time) {
	k.stamp = func(uint64) time.Time { return time.Now() }
	if noWire {
		if boot.IsZero() {
			boot = time.Unix(0, 0)
		}
		k.stamp = func(usec uint64) time.Time { return boot.Add(time.Duration(min(usec, latest)) * time.Microsecond) }
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
		if err := k.first(f); err != nil {
			k.fail(fmt.Errorf("--explain: %w", err))
		}
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
	k.log.Error("frames are no longer shown or captured", "err", err)
	if k.err == nil {
		k.err = err
		close(k.failed)
	}
}

func (k *keeper) failure() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.err
}

// stop ends the capture, so that a target still at work writes no more to it,
// and tells its failure.
func (k *keeper) stop() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.to = nil
	return k.err
}
