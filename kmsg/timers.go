package kmsg

// timers is a heap of the hosts that wait for something, the earliest first.
// A host's due may be earlier than what it waits for; it is looked up again when
// it is reached.
type timers []*flow

// set makes f due at t if it was not to be earlier.
func (h *timers) set(f *flow, t int64) {
	if f.place == 0 {
		f.due = t
		*h = append(*h, f)
		f.place = int32(len(*h))
	} else if t >= f.due {
		return
	}
	f.due = t
	h.up(int(f.place))
}

// remove takes f out.
func (h *timers) remove(f *flow) {
	i, last := int(f.place), len(*h)
	if i == 0 {
		return
	}
	h.swap(i, last)
	*h = (*h)[:last-1]
	f.place = 0
	if i < last {
		h.down(i)
		h.up(i)
	}
}

func (h timers) at(i int) *flow { return h[i-1] }

func (h timers) swap(i, j int) {
	h[i-1], h[j-1] = h[j-1], h[i-1]
	h[i-1].place, h[j-1].place = int32(i), int32(j)
}

func (h timers) up(i int) {
	for i > 1 && h.at(i).due < h.at(i/2).due {
		h.swap(i, i/2)
		i /= 2
	}
}

func (h timers) down(i int) {
	for {
		c := 2 * i
		if c < len(h) && h.at(c+1).due < h.at(c).due {
			c++
		}
		if c > len(h) || h.at(i).due <= h.at(c).due {
			return
		}
		h.swap(i, c)
		i = c
	}
}
