package output

// recent is a bounded memory for what is known of hosts: a map of two
// generations, of which the older is forgotten when the younger is full. What was
// asked for among the last limit/2 distinct keys is there; there are never more
// than limit.
type recent[K comparable, V any] struct {
	limit      int
	young, old map[K]*V
}

// get returns k's value, nil if it is not known.
func (r *recent[K, V]) get(k K) *V {
	if v := r.young[k]; v != nil {
		return v
	}
	v := r.old[k]
	if v != nil {
		r.put(k, v)
	}
	return v
}

func (r *recent[K, V]) put(k K, v *V) {
	if r.young == nil || len(r.young) >= r.limit/2 {
		r.old, r.young = r.young, make(map[K]*V)
	}
	r.young[k] = v
}

func (r *recent[K, V]) remove(k K) {
	delete(r.young, k)
	delete(r.old, k)
}
