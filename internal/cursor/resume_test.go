package cursor

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"netkmsg/kmsg"
)

// list is a log of records with these numbers.
type list struct{ seqs []uint64 }

func (l *list) Next() (kmsg.Record, error) {
	if len(l.seqs) == 0 {
		return kmsg.Record{}, io.EOF
	}
	r, err := kmsg.Parse(fmt.Appendf(nil, "6,%d,0,-;x\n", l.seqs[0]))
	l.seqs = l.seqs[1:]
	r.Lost = 77 // as a device may count from the record before, of the last run
	return r, err
}

func (l *list) TryNext() (kmsg.Record, bool, error) { r, err := l.Next(); return r, err == nil, err }
func (l *list) Close() error                        { return nil }

func TestResume(t *testing.T) {
	for _, tt := range []struct {
		next  uint64
		log   []uint64
		first uint64
		lost  uint64
	}{
		{5, []uint64{0, 1, 2, 3, 4, 5, 6}, 5, 0},
		{5, []uint64{3, 4, 8, 9}, 8, 3},
		{5, []uint64{9}, 9, 4},
		{0, []uint64{0, 1}, 0, 0},
	} {
		for _, try := range []bool{false, true} {
			s := Resume(&list{tt.log}, tt.next)
			next := s.Next
			if try {
				next = func() (kmsg.Record, error) { r, _, err := s.TryNext(); return r, err }
			}
			r, err := next()
			if err != nil || r.Seq != tt.first || r.Lost != tt.lost {
				t.Errorf("from %d in %v: %d, lost %d, %v", tt.next, tt.log, r.Seq, r.Lost, err)
			}
			if r, err = next(); err == nil && r.Lost != 77 {
				t.Errorf("the second has lost %d", r.Lost)
			}
		}
	}
	if _, err := Resume(&list{[]uint64{1, 2}}, 5).Next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}
