package netconsole

// A Cursor keeps how far a target has got, for the next run.
type Cursor interface {
	// Sending is told before frames of records up to doubt, not included, are
	// handed over.
	Sending(doubt uint64)
	// Settled is told that all records before next have their outcome.
	Settled(next uint64)
}

func (s *Sender) sending() {
	if s.Cursor != nil && s.out.n > 0 {
		s.Cursor.Sending(s.out.entries[s.out.n-1].seq + 1)
	}
}

func (s *Sender) settled() {
	if s.Cursor != nil && s.done > 0 {
		s.Cursor.Settled(s.done)
	}
}
