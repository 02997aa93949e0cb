package kmsg

import (
	"fmt"
	"strings"
)

// The kernel's limits on userdata: bytes of a key, bytes of one write of a
// value, number of keys (MAX_EXTRADATA_* in drivers/net/netconsole.c; corpus
// cases ud-value-length and ud-items).
const (
	UserdataKeyMax   = 53
	UserdataValueMax = 199
	UserdataKeys     = 256
)

// Userdata is one line that a target appends to every record that it sends in
// the extended format. Neither part is escaped. An empty value leaves the line
// out.
type Userdata struct{ Key, Value string }

// ParseUserdata takes "key=value" apart at the first equals sign and treats the
// value as the kernel treats a write to userdata/key/value: at most 199 bytes, a
// NUL ends it, one newline at the end is dropped.
func ParseUserdata(s string) (Userdata, error) {
	key, value, ok := strings.Cut(s, "=")
	if !ok {
		return Userdata{}, fmt.Errorf("userdata %q: expected key=value", s)
	}
	if err := (Userdata{key, value}).check(); err != nil {
		return Userdata{}, err
	}
	value, _, _ = strings.Cut(value, "\x00")
	return Userdata{key, strings.TrimSuffix(value, "\n")}, nil
}

func (u Userdata) check() error {
	switch {
	case u.Key == "":
		return fmt.Errorf("userdata %q: the key is empty", u.Key+"="+u.Value)
	case len(u.Key) > UserdataKeyMax:
		return fmt.Errorf("userdata %q: the key has %d bytes, the kernel takes %d", u.Key, len(u.Key), UserdataKeyMax)
	case strings.ContainsAny(u.Key, "/\x00"):
		return fmt.Errorf("userdata %q: the key is a directory's name in the kernel and cannot hold a slash or a NUL", u.Key)
	case len(u.Value) > UserdataValueMax:
		return fmt.Errorf("userdata %q: the value has %d bytes, the kernel takes %d", u.Key, len(u.Value), UserdataValueMax)
	}
	return nil
}

// userdataBlock returns the lines as they are sent, in the order given.
func userdataBlock(list []Userdata) ([]byte, error) {
	if len(list) > UserdataKeys {
		return nil, fmt.Errorf("userdata: %d keys, the kernel takes %d", len(list), UserdataKeys)
	}
	var block []byte
	seen := make(map[string]bool)
	for _, u := range list {
		if err := u.check(); err != nil {
			return nil, err
		}
		if seen[u.Key] {
			return nil, fmt.Errorf("userdata %q: the key is given twice", u.Key)
		}
		seen[u.Key] = true
		if u.Value != "" {
			block = fmt.Appendf(block, " %s=%s\n", u.Key, u.Value)
		}
	}
	return block, nil
}
