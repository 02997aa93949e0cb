package frametest

import "netkmsg/internal/hexdiff"

// Diff returns a side-by-side hexadecimal dump of the rows in which two frames differ, with a mark under each byte that
// does; or "" if they are equal. Offsets count from the start of the frame and are in hexadecimal.
func Diff(want, got []byte) string { return hexdiff.Diff("frames", want, got) }
