//go:build !linux

package pid1

import "io"

// OnHost reports nothing: no other system has Linux's namespaces.
func OnHost() bool { return false }

// Main does nothing: other systems have no such first process.
func Main([]string, io.Writer) {}
