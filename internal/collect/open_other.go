//go:build !linux

package collect

import (
	"context"
	"errors"
)

func openSockets(context.Context, *Options) ([]source, bool, error) {
	return nil, false, errors.New("listen: only Linux has what it takes to account for every datagram (netkmsg read works here)")
}
