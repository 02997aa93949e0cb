package frame

// Held returns how much memory a Defragmenter counts, how much it should, and
// what the limit allows: that much and records of datagrams given up.
func Held(d *Defragmenter) (counted, want, most int) {
	for e := d.queue.Front(); e != nil; e = e.Next() {
		want += e.Value.(*datagram).cost()
	}
	return d.bytes, want, d.limits.Bytes + d.limits.Datagrams*datagramCost
}
