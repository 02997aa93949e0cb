package pathtest

import (
	"fmt"
	"time"
)

// A Result is what a test found out.
type Result struct {
	Config   string `json:"config"`
	Nonce    string `json:"nonce"`
	Count    int    `json:"count"`
	Sent     int    `json:"sent"`      // accepted by the device, or written to /dev/kmsg
	Refused  int    `json:"refused"`   // not accepted
	Kernel   bool   `json:"kmsg"`      // through the kernel's log
	ReadBack int    `json:"read_back"` // records of the test in that log
	Arrived  int    `json:"arrived"`   // as the receiver counted them; at least, if not Exact
	Answered int    `json:"answered"`  // of which the answer came back
	Heard    bool   `json:"heard"`     // there was an answer of some kind
	Exact    bool   `json:"exact"`     // Arrived is the receiver's last word

	LostThere int `json:"lost_there"` // sent and not arrived; only if Exact
	LostBack  int `json:"lost_back"`  // arrived, and no answer came

	// Round trips in milliseconds; 0 without any.
	Min    float64 `json:"min_ms"`
	Median float64 `json:"median_ms"`
	Max    float64 `json:"max_ms"`

	min, median, max time.Duration
}

// left is how many records there were to arrive.
func (r Result) left() int {
	if r.Kernel {
		return r.ReadBack
	}
	return r.Sent
}

// Text says it in one line, with what to do if something is wrong.
func (r Result) Text() string {
	s := r.outcome()
	if r.Kernel && r.ReadBack < r.Sent {
		s += fmt.Sprintf("; only %d of %d are in the kernel's log (from one writer it takes 10 in 5 seconds: printk.devkmsg)", r.ReadBack, r.Sent)
	}
	return s
}

func (r Result) outcome() string {
	switch {
	case r.Sent == 0:
		return fmt.Sprintf("nothing was sent: %d of %d records refused", r.Refused, r.Count)
	case !r.Heard && r.Kernel:
		return fmt.Sprintf("no answer to %s: does netkmsg send, or the kernel's netconsole, run with this CONFIG, at a level that lets them pass? "+
			"Else lost on either leg, or nobody answers (run netkmsg listen --answer at the target)", records(r.Sent))
	case !r.Heard:
		return fmt.Sprintf("no answer to %s: lost on either leg, or nobody answers "+
			"(run netkmsg listen --answer at the target; netkmsg check looks for the cause)", records(r.Sent))
	}
	s := fmt.Sprintf("arrived, %d of %d", r.Arrived, r.Count)
	if r.Answered > 0 {
		s = fmt.Sprintf("arrived, round trip %s (%s to %s), %d of %d", show(r.median), show(r.min), show(r.max), r.Arrived, r.Count)
	}
	if r.Arrived == 0 {
		s = fmt.Sprintf("did not arrive, 0 of %d", r.Count)
	}
	if r.Refused > 0 {
		s += fmt.Sprintf("; %d refused by the device", r.Refused)
	}
	if r.LostThere > 0 {
		s += fmt.Sprintf("; %d lost on the way there", r.LostThere)
	}
	if r.LostBack > 0 {
		s += fmt.Sprintf("; %d answers lost on the way back", r.LostBack)
	}
	if n := r.left() - r.Arrived; !r.Exact && n > 0 {
		s += fmt.Sprintf("; of %s it is not known on which leg", records(n))
	}
	return s
}

func records(n int) string {
	if n == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", n)
}

func show(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
