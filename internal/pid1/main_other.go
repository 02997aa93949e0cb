//go:build !linux

package pid1

import "io"

// Main does nothing: other systems have no such first process.
func Main([]string, io.Writer) {}
