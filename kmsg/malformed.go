package kmsg

// malformed delivers a datagram that was not understood, outside of the
// sequence.
func (c *Collector) malformed(f *flow, d *Datagram, cut int, why string) {
	c.n = Notice{Kind: NoticeMalformed, Why: why}
	c.notify(f)
	m := c.message(f)
	m.Time, m.Datagrams, m.Malformed, m.Release, m.Replayed = c.wall, 1, why, d.Release, d.Replayed
	m.Priority, m.Seq, m.Usec, m.Flag, m.Fields = d.Priority, d.Seq, d.Usec, d.Flag, d.Fields
	if m.Seq > numberMax || m.Usec > numberMax {
		m.Seq, m.Usec = 0, 0 // nobody shall reckon with them; Raw has them
	}
	m.Raw, m.Text = d.Payload, d.Body
	if d.Kind == KindBasic {
		m.setBasic(d.Body)
		m.HasTime = false
	}
	if cut != 0 {
		c.cutOff(m, d.Body, cut)
	}
	f.account.Malformed++
	c.partial(f, m, 0)
	c.emit(f, m)
}

// truncated announces that the receiver's buffer cut a datagram.
func (c *Collector) truncated(f *flow, n, cut int) {
	c.n = Notice{Kind: NoticeTruncated, Count: uint64(n)}
	if cut > 0 {
		c.n.Total = n + cut
	}
	c.notify(f)
}
