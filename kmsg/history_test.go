package kmsg

import "testing"

func TestHistory(t *testing.T) {
	for _, n := range []uint64{0, 1, 5, historyLen - 1, historyLen, historyLen + 1, 1 << 40} {
		const end = 1 << 41
		var h history
		h.fill(end-n, end, missing)
		for back := range uint64(historyLen) {
			want := uint32(unseen)
			if back < n {
				want = missing
			}
			if state, _ := h.at(end-1-back, 0); state != want {
				t.Errorf("%d filled: the number %d before the last is %d, want %d", n, back, state, want)
			}
		}
	}
	var h history
	h.set(7, received, 5_000_000_000)
	if state, same := h.at(7, 5_000_000_000); state != received || !same {
		t.Error(state, same)
	}
	if _, same := h.at(7, 5_000_000_001); same {
		t.Error("another time is the same")
	}
}
