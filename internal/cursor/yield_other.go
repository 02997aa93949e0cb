//go:build !unix

package cursor

import (
	"errors"
	"os"
)

func lock(*os.File) error { return nil }

// A Yield is an offer that cannot be made here.
type Yield struct{}

// OfferYield fails.
func OfferYield(string) (*Yield, error) { return nil, errors.ErrUnsupported }

// Asked is never called.
func (*Yield) Asked() <-chan struct{} { return nil }

// Close is never called.
func (*Yield) Close() error { return nil }
