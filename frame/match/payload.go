package match

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

func payloadSize(f *Frame) (uint64, bool) { return uint64(len(f.Payload)), true }
func padding(f *Frame) (uint64, bool)     { return uint64(len(f.Padding)), f.Version != 0 }

func payloadText(s string) (func(*Frame) bool, error) { return exactly([]byte(s)), nil }

func payloadHex(s string) (func(*Frame) bool, error) {
	b, err := unhex(s)
	return exactly(b), err
}

func exactly(want []byte) func(*Frame) bool {
	return func(f *Frame) bool { return bytes.Equal(f.Payload, want) }
}

func payloadContains(s string) (func(*Frame) bool, error) {
	if s == "" {
		return nil, errors.New("every payload contains no text: want some")
	}
	want := []byte(s)
	return func(f *Frame) bool { return bytes.Contains(f.Payload, want) }, nil
}

func unhex(s string) ([]byte, error) {
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", ":", "", "\n", "", "\t", "").Replace(s))
	if err != nil {
		return nil, fmt.Errorf("%w: want two hexadecimal digits for each byte", err)
	}
	return b, nil
}

// shown is how many bytes of a payload are.
const shown = 48

func showPayload(f *Frame) (string, string) {
	p := f.Payload
	if len(p) > shown {
		return fmt.Sprintf("%q… (%d bytes)", p[:shown], len(p)), ""
	}
	return fmt.Sprintf("%q", p), ""
}

func showPayloadHex(f *Frame) (string, string) {
	p := f.Payload
	if len(p) > shown/2 {
		return fmt.Sprintf("%x… (%d bytes)", p[:shown/2], len(p)), ""
	}
	return fmt.Sprintf("%x", p), ""
}

func showSize(f *Frame) (string, string)    { return show(payloadSize, "%d", noIP)(f) }
func showPadding(f *Frame) (string, string) { return show(padding, "%d", noIP)(f) }
