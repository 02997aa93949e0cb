package configfs

import "sync"

// handles are the open files and directories.
type handles struct {
	mu   sync.Mutex
	last uint64
	open map[uint64]any
}

func (h *handles) add(v any) uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == nil {
		h.open = map[uint64]any{}
	}
	h.last++
	h.open[h.last] = v
	return h.last
}

func (h *handles) get(fh uint64) any {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.open[fh]
}

func (h *handles) drop(fh uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, fh)
}
