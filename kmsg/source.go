package kmsg

// Source delivers the records of a log in order. A record is valid until the
// next call of any method of its source.
//
// An error that wraps a *SyntaxError concerns one malformed record: the source
// has skipped it and goes on with the next call. After io.EOF or any other
// error the source is at its end.
type Source interface {
	// Next returns the next record and waits until there is one. It returns
	// io.EOF at the end.
	Next() (Record, error)
	// TryNext is Next for a caller that has other work: it never waits and
	// returns false when no record is at hand, be it for now or for good.
	TryNext() (Record, bool, error)
	// Close releases what the source holds.
	Close() error
}
