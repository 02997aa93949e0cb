package explain_test

import (
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/explain"
)

func TestWrite(t *testing.T) {
	var s strings.Builder
	err := explain.Write(&s, []byte{0x60, 1}, []frame.Field{
		{Layer: "IPv6", Name: "Version", Offset: 112, Len: 4, Value: "5", Note: explain.Mark + "should be 6"},
		{Layer: "IPv6", Name: "Traffic Class", Offset: 116, Len: 8, Value: "0x00"},
		{Layer: "UDP", Name: "Length", Offset: 432, Len: 16, Value: "8", Note: "right"},
	})
	const want = `  byte    field                value
IPv6
!!    14  Version              5  (FAULT: should be 6)
    14.4  Traffic Class        0x00
UDP
      54  Length               8  (right)

00000000  60 01                                             |` + "`.|\n"
	if s.String() != want || err != nil {
		t.Errorf("%v\n%s\nwant\n%s", err, &s, want)
	}
}
