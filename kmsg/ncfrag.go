package kmsg

import "bytes"

var ncfrag = []byte("ncfrag=")

// cutFragment takes the field ncfrag=OFF/TOTAL off the header, where it is the
// last field (send_fragmented_body in drivers/net/netconsole.c). The numbers
// are claims: they are checked against the payload and against totalMax, and
// nothing is ever sized by them.
func (d *Datagram) cutFragment() {
	i := bytes.LastIndexByte(d.Fields, ',') + 1
	value, ok := bytes.CutPrefix(d.Fields[i:], ncfrag)
	if !ok {
		return
	}
	d.Kind = KindFragment
	d.Header = d.Header[:len(d.Header)-len(",ncfrag=")-len(value)]
	d.Fields = d.Fields[:max(i-1, 0)]
	left, right, _ := bytes.Cut(value, []byte("/"))
	off, ok1 := decimal(left)
	total, ok2 := decimal(right)
	switch {
	case !ok1 || !ok2:
		d.Problem = "fragment: ncfrag is not OFFSET/TOTAL"
	case total > totalMax:
		d.Problem = "fragment of a record longer than any kernel's"
	case off >= total:
		d.Problem = "fragment that begins behind its record's end"
	case uint64(len(d.Body)) > total-off:
		d.Problem = "fragment that reaches beyond its record's end"
	case len(d.Body) == 0:
		d.Problem = "fragment without a byte of its record"
	}
	if d.Problem == "" {
		d.Offset, d.Total = int(off), int(total)
	}
}
