package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// crash is what is sent of a crash: by port, and what it is of.
type crash map[uint16][]string

func crashOf(before, end []string) crash {
	const vmcore, kdump = "\n NETKMSG_ORIGIN=vmcore 6.1.0\n", "\n NETKMSG_ORIGIN=kdump boottest/vmcore-dmesg.txt\n"
	const announced = "44,0,0,-;netkmsg: log of the previous kernel (crash, 2026-11-27 05:03:40Z) follows"
	c := crash{6667: {announced + vmcore}, 6668: {announced + kdump}}
	for i, text := range before {
		c[6666] = append(c[6666], fmt.Sprintf("6,%d,%d,-;%s\n SUBSYSTEM=x\n", i, i, text))
	}
	for i, text := range slices.Concat(before, end) {
		c[6667] = append(c[6667], fmt.Sprintf("6,%d,%d,-;%s", i+1, i, text)+vmcore)
		c[6668] = append(c[6668], fmt.Sprintf("4,%d,%d,-;%s", i+1, i, text)+kdump)
	}
	c[6667] = append(c[6667], "6,0,1,-;Linux version\n", "14,1,2,-;boottest: done\n")
	c[6668] = append(c[6668], announced+vmcore)
	return c
}

func (c crash) without(port uint16, i int) crash {
	c[port] = slices.Delete(slices.Clone(c[port]), i, i+1)
	return c
}

func (c crash) with(port uint16, i int, old, text string) crash {
	c[port] = slices.Clone(c[port])
	c[port][i] = strings.Replace(c[port][i], old, text, 1)
	return c
}

func TestKdumped(t *testing.T) {
	before := []string{
		"boottest: netkmsg: netkmsg: --sysrq c: that key may do more than print (c crashes the host)",
		"sysrq: HELP : loglevel(0-9)",
		"boottest: netkmsg: arrived, round trip 4.9 ms (2.7 ms to 12.3 ms), 10 of 10",
		"boottest: about to crash",
	}
	end := []string{"sysrq: Trigger a crash", "Kernel panic - not syncing: sysrq triggered crash"}
	const want = "sysrq keys pressed and refused; the crashed kernel sent records 0 to 3; the one after it found 6 in its memory, " +
		"the same as vmcore-dmesg, and sent them, marked, before its own, 0 to 1"
	if said, err := kdumped("6.1.0", crashOf(before, end)); err != nil || said != want {
		t.Errorf("%s, %v", said, err)
	}
	type fault struct {
		name string
		of   crash
	}
	faults := []fault{
		{"another priority", crashOf(before, end).with(6667, 2, "6,", "5,")},
		{"another time", crashOf(before, end).with(6668, 5, "4,5,4,", "4,5,9,")},
		{"another text", crashOf(before, end).with(6668, 5, "Trigger", "Tickle")},
		{"a gap before", crashOf(before, end).without(6666, 0)},
		{"a gap after", crashOf(before, end).without(6667, 7)},
		{"no announcement", crashOf(before, end).without(6667, 0)},
		{"one of ours less", crashOf(before, end).without(6667, 4)},
		{"one of theirs less", crashOf(before, end).without(6668, 4)},
	}
	for i := range before {
		faults = append(faults, fault{before[i], crashOf(slices.Delete(slices.Clone(before), i, i+1), end)})
	}
	for i := range end {
		faults = append(faults, fault{end[i], crashOf(before, slices.Delete(slices.Clone(end), i, i+1))})
	}
	for _, f := range faults {
		if said, err := kdumped("6.1.0", f.of); err == nil {
			t.Errorf("%s: %s", f.name, said)
		}
	}
}
