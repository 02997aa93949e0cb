package kmsg

import "time"

// CollectOptions configures a [Collector]. A zero value stands for the default
// that is given with each field.
type CollectOptions struct {
	// Deliver is given every record, Notify everything else that a reader must
	// know, in order, and each only for the time of the call. They must not
	// call the Collector. Either may be nil.
	Deliver func(*Message)
	Notify  func(*Notice)

	// Join joins records of the flag c (or +) to the record immediately before,
	// if that is of the same caller or neither tells its caller. It delays
	// every record until the next one comes, for JoinHold (50 ms) at most.
	Join     bool
	JoinHold time.Duration

	// Hold (200 ms) is how long a record waits for those missing before it, and
	// a basic slice of 1000 bytes for its rest. Behind numbers that the sender
	// filtered it waits in vain, unless msgid tells that. FragmentHold (1 s) is how long a
	// record in parts waits after the last part that brought something; records
	// behind it wait for Hold only.
	Hold, FragmentHold time.Duration
	// A record of a level below Urgent (3: emergency, alert, critical; negative:
	// none) and everything before it waits for UrgentHold (10 ms) at most, so
	// that a panic is not kept from its reader but can still be in order.
	Urgent     int
	UrgentHold time.Duration

	// Window (96) is how many records of one host may wait, HostBytes
	// (512 KiB) and TotalBytes (32 MiB) how much memory they may take, of one
	// host and of all. Beyond, the first in order are delivered as they are.
	Window                int
	HostBytes, TotalBytes int
	// Hosts (4096) is how many hosts are remembered. One more displaces the
	// idlest, and first of all of those that have sent fewer than 8 datagrams,
	// unless they are less than an eighth of all.
	Hosts int

	// A host may have NoticeBurst (20) notices at once and NoticeRate (10) more a
	// second, all hosts together ten times as many. What is beyond is counted,
	// and the count is told a second later.
	NoticeBurst, NoticeRate int
}

func (o *CollectOptions) setDefaults() {
	if o.Deliver == nil {
		o.Deliver = func(*Message) {}
	}
	if o.Notify == nil {
		o.Notify = func(*Notice) {}
	}
	setDefault(&o.JoinHold, 50*time.Millisecond)
	setDefault(&o.Hold, 200*time.Millisecond)
	setDefault(&o.FragmentHold, time.Second)
	setDefault(&o.Urgent, 3)
	setDefault(&o.UrgentHold, 10*time.Millisecond)
	setDefault(&o.Window, 96)
	setDefault(&o.HostBytes, 512<<10)
	setDefault(&o.TotalBytes, 32<<20)
	setDefault(&o.Hosts, 4096)
	setDefault(&o.NoticeBurst, 20)
	setDefault(&o.NoticeRate, 10)
}

func setDefault[T comparable](p *T, v T) {
	if zero := *new(T); *p == zero {
		*p = v
	}
}
