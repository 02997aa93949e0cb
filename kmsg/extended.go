package kmsg

// beginExtended starts on a record as /dev/kmsg gives it, which is what the
// kernel's extended console sends, whether it ends in a newline or not.
func (f *Formatter) beginExtended(raw []byte) {
	f.sysdata = f.appendSysdata(f.sysdata[:0])
	f.origin = origin{}
	f.send(raw, f.extra.userdata, f.sysdata)
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
