//go:build !linux

package collect

import "errors"

func openSockets(*Options) ([]source, bool, error) {
	return nil, false, errors.New("listen: only Linux has what it takes to account for every datagram (netkmsg read works here)")
}
