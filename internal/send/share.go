package send

import (
	"time"

	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

// Uptime is the age of the clock that stamps log records.
func Uptime() time.Duration { return uptime() }

// Formatter makes the formatter that a target has without any flags.
func Formatter(t netconsole.Target) (*kmsg.Formatter, error) {
	return (&Options{From: "/dev/kmsg", PrintkTime: "auto", MsgFormat: "default"}).format(t)
}
