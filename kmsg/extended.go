package kmsg

import "strconv"

// beginExtended starts on a record as /dev/kmsg gives it, which is what the
// kernel's extended console sends, whether it ends in a newline or not.
func (f *Formatter) beginExtended(raw []byte) {
	sysdata := f.sysdata
	if f.format.MsgID {
		f.msgid++
		sysdata = append(sysdata, " msgid="...)
		sysdata = append(strconv.AppendUint(sysdata, uint64(f.msgid), 10), '\n')
		f.sysdata = sysdata[:len(f.sysdata)]
	}
	f.send(raw, f.userdata, sysdata)
}

// send sends the parts in one payload if they fit, else in fragments.
func (f *Formatter) send(raw, userdata, sysdata []byte) {
	if len(f.release)+len(raw)+len(userdata)+len(sysdata) <= ChunkMax {
		f.set(nil, raw, userdata, sysdata)
		return
	}
	header, text := splitHeader(raw)
	f.set(header, text, userdata, sysdata)
}
