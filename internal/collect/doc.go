// Package collect is the destination host: sockets, the goroutines that read
// them, and the way from there through a kmsg.Collector to the outputs.
package collect
