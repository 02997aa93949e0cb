// Bench measures what sending and receiving cost in CPU time, beside programs that do nothing else: references in C and
// those generators and receivers that are installed; and how soon after its start a sender's first frame arrives. It works in two private network namespaces joined by a veth pair.
//
//	go run ./internal/bench [-rounds N] [-frames N] [-only send|receive|craft|start] [-seconds N] [-starts N]
//
// docs/performance.md describes the method and what the numbers mean.
package main
