package main

import (
	"slices"
	"strings"
	"testing"
)

func TestKdumped(t *testing.T) {
	crashed := []string{
		"6,0,1,-;Linux version\n",
		"14,1,2,-;boottest: netkmsg: netkmsg: --sysrq c: that key may do more than print (c crashes the host)\n",
		"6,2,3,-;sysrq: HELP : loglevel(0-9)\n",
		"14,3,4,-;boottest: netkmsg: arrived, round trip 4.9 ms (2.7 ms to 12.3 ms), 10 of 10\n",
		"14,4,5,-;boottest: about to crash\n",
	}
	const mark = "\n NETKMSG_ORIGIN=kdump boottest/vmcore-dmesg.txt\n"
	captor := []string{
		"6,0,1,-;Linux version\n",
		"44,0,0,-;netkmsg: log of the previous kernel (crash, 2026-11-27 05:03:40Z) follows" + mark,
		"6,1,5,-;boottest: about to crash" + mark,
		"6,2,6,-;sysrq: Trigger a crash" + mark,
		"6,3,7,-;Kernel panic - not syncing: sysrq triggered crash" + mark,
		"14,1,2,-;boottest: done\n",
	}
	if said, err := kdumped(crashed, captor); err != nil || !strings.Contains(said, "records 0 to 4, the one after it sent 3 records, marked, beside its own, 0 to 1") {
		t.Errorf("%s, %v", said, err)
	}
	for i := 1; i < len(crashed); i++ {
		changed := slices.Clone(crashed)
		changed[i] = strings.SplitAfter(changed[i], ";")[0] + "\n"
		if said, err := kdumped(changed, captor); err == nil {
			t.Errorf("without %q: %s", crashed[i], said)
		}
	}
	for i := range captor[:5] {
		if said, err := kdumped(crashed, slices.Delete(slices.Clone(captor), i, i+1)); err == nil {
			t.Errorf("without %q: %s", captor[i], said)
		}
	}
}
