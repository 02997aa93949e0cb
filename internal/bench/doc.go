// Bench measures what sending costs in CPU time, beside programs that do nothing else: a reference in C and those
// generators that are installed. It works in two private network namespaces joined by a veth pair.
//
//	go run ./internal/bench [-rounds N] [-frames N]
//
// docs/performance.md describes the method and what the numbers mean.
package main
