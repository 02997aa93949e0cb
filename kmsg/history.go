package kmsg

// historyLen is how many sequence numbers back a host's history reaches.
const historyLen = 96

// What became of a sequence number.
const (
	unseen   = iota // before the first that came
	missing         // announced missing
	received        // delivered whole
	partly          // delivered with holes
	filtered        // by msgid, the sender filtered it
	mixed           // in a gap of both: missing or filtered
	reported        // reported lost by the sender
)

// history remembers, for the last historyLen numbers before the next one, what
// became of each and the low 29 bits of its time stamp, by which a repetition
// is told from a record of the same number after a reboot.
type history [historyLen]uint32

func (h *history) set(seq uint64, state uint32, usec uint64) {
	h[seq%historyLen] = state<<29 | uint32(usec)&(1<<29-1)
}

// at returns what became of seq and whether its time stamp was usec.
func (h *history) at(seq, usec uint64) (state uint32, same bool) {
	v := h[seq%historyLen]
	return v >> 29, v&(1<<29-1) == uint32(usec)&(1<<29-1)
}

// fill sets the numbers from first to before end.
func (h *history) fill(first, end uint64, state uint32) {
	if end-first > historyLen {
		first = end - historyLen
	}
	for ; first < end; first++ {
		h.set(first, state, 0)
	}
}
