//go:build !linux

package doctor

import "errors"

// GatherHost needs Linux.
func GatherHost() Host { return Host{KmsgErr: errors.New("this host has no Linux kernel")} }

func driver(string) string { return "" }
