package kmsg

import "strconv"

// lossPriority is facility syslog (5), which neither the kernel nor a writer to
// /dev/kmsg that names no facility uses, and level warning (4).
const lossPriority = 5<<3 | 4

// Loss is a number of records that could not be sent.
type Loss struct {
	Count       uint64
	First, Last uint64 // sequence numbers of the first and the last of them
	Usec        uint64 // time stamp for the mark, normally that of the next record
	Why         string // such as "overwritten before they were read"; may be empty
}

// BeginLoss starts on a mark that tells the receiver of a loss.
//
// In the extended format, where the kernel has only a gap in the sequence
// numbers, it is a record of our own making with the number of the last record
// lost, without userdata and sysdata:
//
//	44,419,6352869,-;netkmsg: 3 records lost: 417-419 (overwritten)
//	 NETKMSG_LOST=417-419
//	 NETKMSG_COUNT=3
//
// In the basic format Next returns nothing for it. The next record's payload
// begins with the kernel's own line, "** 3 printk messages dropped **"; losses
// add up until then (console_prepend_dropped, corpus case drop-basic).
func (f *Formatter) BeginLoss(l Loss) {
	if !f.format.Extended {
		f.dropped += l.Count
		f.set(nil, nil, nil, nil)
		return
	}
	b := strconv.AppendUint(f.buf[:0], lossPriority, 10)
	b = strconv.AppendUint(append(b, ','), l.Last, 10)
	b = strconv.AppendUint(append(b, ','), l.Usec, 10)
	b = append(b, ",-;netkmsg: "...)
	b = strconv.AppendUint(b, l.Count, 10)
	if l.Count == 1 {
		b = append(b, " record lost: "...)
	} else {
		b = append(b, " records lost: "...)
	}
	b = l.appendRange(b)
	if l.Why != "" {
		f.scratch = append(f.scratch[:0], l.Why...)
		b = append(AppendEscaped(append(b, " ("...), f.scratch), ')')
	}
	b = l.appendRange(append(b, "\n NETKMSG_LOST="...))
	b = strconv.AppendUint(append(b, "\n NETKMSG_COUNT="...), l.Count, 10)
	f.buf = append(b, '\n')
	f.send(f.buf, nil, nil)
}

func (l Loss) appendRange(dst []byte) []byte {
	dst = strconv.AppendUint(dst, l.First, 10)
	if l.First == l.Last {
		return dst
	}
	return strconv.AppendUint(append(dst, '-'), l.Last, 10)
}

// appendDropped appends the kernel's line about the losses not told yet.
func (f *Formatter) appendDropped(dst []byte) []byte {
	if f.dropped == 0 {
		return dst
	}
	dst = strconv.AppendUint(append(dst, "** "...), f.dropped, 10)
	f.dropped = 0
	return append(dst, " printk messages dropped **\n"...)
}
