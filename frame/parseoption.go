package frame

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// routerAlert is the type of the option of RFC 2711.
const routerAlert = 5

// maxOptions is the size in bytes of the options that one header holds.
const maxOptions = 255*8 + 6

// ParseOptions reads the options of a header from a list with commas between:
// pad (nothing but the padding that every header gets), router-alert[=N] (RFC
// 2711) and TYPE=HEX.
func ParseOptions(s string) (opts []Option, err error) {
	size := 0
	for text := range strings.SplitSeq(s, ",") {
		if text == "pad" {
			continue
		}
		o, err := parseOption(text)
		if err != nil {
			return nil, err
		}
		opts = append(opts, o)
		size += 2 + len(o.Data)
	}
	if size > maxOptions {
		return nil, fmt.Errorf("options of %d bytes: a header holds %d", size, maxOptions)
	}
	return opts, nil
}

func parseOption(s string) (Option, error) {
	name, value, has := strings.Cut(s, "=")
	if name == "router-alert" {
		n, err := uint64(0), error(nil)
		if has {
			n, err = strconv.ParseUint(value, 0, 16)
		}
		if err != nil {
			return Option{}, fmt.Errorf("%s: want a number up to 65535", s)
		}
		return Option{Type: routerAlert, Data: []byte{byte(n >> 8), byte(n)}}, nil
	}
	kind, err := strconv.ParseUint(name, 0, 8)
	data, err2 := hex.DecodeString(value)
	if err != nil || err2 != nil || (kind == 0) == has || len(data) > 255 {
		return Option{}, fmt.Errorf("%q: want pad, router-alert[=N], or TYPE=HEX with a type from 1 to 255 and at most 255 bytes (0 alone is Pad1)", s)
	}
	return Option{Type: uint8(kind), Data: data}, nil
}

// String returns the option as [ParseOptions] reads it.
func (o Option) String() string {
	switch {
	case o.Type == routerAlert && len(o.Data) == 2:
		return fmt.Sprintf("router-alert=%d", int(o.Data[0])<<8|int(o.Data[1]))
	case o.Type == 0:
		return "0"
	}
	return fmt.Sprintf("%d=%x", o.Type, o.Data)
}
