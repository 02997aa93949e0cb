package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStormPayloads(t *testing.T) {
	payloads := []string{
		"14,800,1,-;boottest: storm: record 1\n",
		"14,801,2,-;boottest: storm: no page fault\n",
		"3,802,3,-;Out of memory: Killed process 110 (eater) total-vm:1500kB, anon-rss:200kB\n",
		"3,803,3,-;Out of memory: Killed process 111 (ordinary) total-vm:1500kB, anon-rss:200kB\n",
		"3,804,3,-;Out of memory: Killed process 112 (eater) total-vm:1500kB, anon-rss:200kB\n",
		"14,805,1,-;boottest: storm: record 2\n",
		"14,806,1,-;boottest: storm: 2 records written\n",
	}
	if d := cmp.Diff(map[string]int{"eater": 2, "ordinary": 1}, victims(payloads)); d != "" {
		t.Error(d)
	}
	if n := numbered(payloads); n != 2 {
		t.Errorf("%d numbered", n)
	}
	if d := cmp.Diff([]string{"no page fault", "2 records written"}, told(payloads, "boottest: storm: ")); d != "" {
		t.Error(d)
	}
}
