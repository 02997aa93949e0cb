package frame

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseDSCP reads a differentiated services code point, the upper 6 bits of the
// traffic class: a number up to 63 or a name in any case (RFC 2474, RFC 2597, RFC
// 3246, RFC 5865, RFC 8622).
func ParseDSCP(s string) (uint8, error) {
	name := strings.ToLower(s)
	switch name {
	case "ef":
		return 46, nil
	case "va":
		return 44, nil
	case "le":
		return 1, nil
	case "be", "df":
		return 0, nil
	}
	if n, ok := strings.CutPrefix(name, "cs"); ok && len(n) == 1 && '0' <= n[0] && n[0] <= '7' {
		return (n[0] - '0') * 8, nil
	}
	if n, ok := strings.CutPrefix(name, "af"); ok && len(n) == 2 && '1' <= n[0] && n[0] <= '4' && '1' <= n[1] && n[1] <= '3' {
		return (n[0]-'0')*8 + (n[1]-'0')*2, nil
	}
	v, err := strconv.ParseUint(s, 0, 8)
	if err != nil || v > 63 {
		return 0, fmt.Errorf("%q: want a number up to 63, ef, va, le, be, cs0 to cs7 or af11 to af43", s)
	}
	return uint8(v), nil
}

// ParseECN reads the lower 2 bits of the traffic class, explicit congestion
// notification: a number up to 3 or a name in any case (RFC 3168).
func ParseECN(s string) (uint8, error) {
	switch strings.ToLower(s) {
	case "not-ect":
		return 0, nil
	case "ect1":
		return 1, nil
	case "ect0":
		return 2, nil
	case "ce":
		return 3, nil
	}
	v, err := strconv.ParseUint(s, 0, 8)
	if err != nil || v > 3 {
		return 0, fmt.Errorf("%q: want a number up to 3, not-ect, ect0, ect1 or ce", s)
	}
	return uint8(v), nil
}
