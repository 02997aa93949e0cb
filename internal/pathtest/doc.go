// Package pathtest finds out whether log records arrive: the source sends
// numbered test records, the receiver answers them if it was told to, and the
// source says how many arrived, how fast, or on which leg they were lost. The
// exchange is described in docs/test-protocol.md.
package pathtest
