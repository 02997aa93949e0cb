package kmsg

// A record that does not fit the sequence waits among the suspects: the host may
// have begun anew, or the record may be from long ago. A second suspect that
// agrees with the first, or a time without any record, decides for a reboot; a
// record that fits the old sequence decides for the latter. Strays, which only
// their number speaks against, are from long ago unless there are straysMax of
// them in a row.
const straysMax = 8

// suspect keeps d until that is decided.
func (c *Collector) suspect(f *flow, d *Datagram, mark bool, loss Loss, cut int, r relation) {
	c.hold(f, &f.suspects, d, mark, loss, cut)
	if r == suspect {
		f.accused = true
	}
	agree := 0
	for e := f.suspects.first; e != nil && e.next != nil; e = e.next {
		if e.seq < e.next.seq && e.usec <= e.next.usec+clockSlack {
			agree++
		}
	}
	if f.accused && agree > 0 || agree+1 >= straysMax {
		c.reboot(f)
	}
}

// judge decides about the suspects without another record.
func (c *Collector) judge(f *flow) {
	if f.accused {
		c.reboot(f)
	} else {
		c.acquit(f)
	}
}

// reboot ends the sequence and begins another one with the suspects.
func (c *Collector) reboot(f *flow) {
	for !f.late.empty() {
		c.pop(f, &f.late, f.late.first)
	}
	for !f.held.empty() {
		c.pop(f, &f.held, f.held.first)
	}
	first := f.suspects.first
	release := string(first.buf[:first.release])
	f.account.Reboots++
	c.n = Notice{Kind: NoticeReboot, First: f.next - min(f.next, 1), Last: first.seq, Usec: [2]uint64{f.usec, first.usec}}
	if release != "" && release != f.release {
		c.n.Why = release
	}
	c.notify(f)
	f.next = first.seq
	if first.mark {
		f.next = first.loss.First
	}
	f.usec, f.at, f.known = first.usec, first.seen, false
	f.seen, f.mark = history{}, [2]uint64{}
	f.release = release
	f.held, f.suspects, f.accused = f.suspects, list{}, false
	c.drain(f)
}

// acquit takes the suspects for records of the sequence after all.
func (c *Collector) acquit(f *flow) {
	f.accused = false
	for e := f.suspects.first; e != nil; e = f.suspects.first {
		f.suspects.remove(e)
		if e.seq >= f.next {
			f.held.insert(e)
			c.drain(f)
			continue
		}
		f.late.insert(e)
		if e.whole() {
			c.pop(f, &f.late, e)
		}
	}
}
