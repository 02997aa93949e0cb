package send

import (
	"netkmsg/internal/logline"
	"netkmsg/internal/realtime"
)

// realtime does as --realtime says. A log that is sent late is better than
// none, so that what is refused is told and no more.
func (o *Options) realtime(log logline.Log) {
	if !o.Realtime {
		return
	}
	refused := realtime.Enter()
	for _, r := range refused {
		log.Warn("--realtime: not all of it is allowed; going on", "err", r)
	}
	if len(refused) == 0 {
		log.Info("locked in memory, with real-time priority, spared when memory is short")
	}
}
