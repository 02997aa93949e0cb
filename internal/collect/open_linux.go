package collect

// openSockets opens the sockets, or takes over those of systemd: then they are
// not ours.
func openSockets(o *Options) (list []source, ours bool, err error) {
	files, err := Inherited()
	if err != nil {
		return nil, false, err
	}
	for _, f := range files {
		s, err := InheritSocket(f, o.Socket)
		f.Close()
		if err != nil {
			return list, false, err
		}
		list = append(list, s)
	}
	if len(files) > 0 {
		return list, false, nil
	}
	for _, at := range o.Listen {
		so := o.Socket
		n := max(o.Workers, 1)
		if at.Addr().IsMulticast() {
			n = 1 // each socket would have a copy of everything
		}
		so.Shared = n > 1
		for i := range n {
			so.Spare = i > 0 // each socket has a copy of what is sent to a group
			s, err := OpenSocket(at, so)
			if err != nil {
				return list, true, err
			}
			list = append(list, s)
		}
	}
	return list, true, nil
}
