package kmsg

// lru is a list of hosts, the one heard last at the front.
type lru struct {
	front, back *flow
	n           int
}

func (l *lru) pushFront(f *flow) {
	f.newer, f.older = nil, l.front
	if l.front == nil {
		l.back = f
	} else {
		l.front.newer = f
	}
	l.front = f
	l.n++
}

func (l *lru) remove(f *flow) {
	if f.newer == nil {
		l.front = f.older
	} else {
		f.newer.older = f.older
	}
	if f.older == nil {
		l.back = f.newer
	} else {
		f.older.newer = f.newer
	}
	f.newer, f.older = nil, nil
	l.n--
}
