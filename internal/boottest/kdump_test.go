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
	const mark, other = "\n NETKMSG_ORIGIN=vmcore 6.1.0\n", "\n NETKMSG_ORIGIN=kdump boottest/vmcore-dmesg.txt\n"
	captor := []string{
		"44,0,0,-;netkmsg: log of the previous kernel (crash, 2026-11-27 05:03:40Z) follows" + mark,
		"14,1,5,-;boottest: about to crash" + mark,
		"6,2,6,-;sysrq: Trigger a crash" + mark,
		"0,3,7,-;Kernel panic - not syncing: sysrq triggered crash" + mark,
		"6,0,1,-;Linux version\n",
		"14,1,2,-;boottest: done\n",
	}
	beside := []string{
		"44,0,0,-;netkmsg: log of the previous kernel (crash, 2026-11-27 05:03:40Z) follows" + other,
		"4,1,5,-;boottest: about to crash" + other,
		"4,2,6,-;sysrq: Trigger a crash" + other,
		"4,3,7,-;Kernel panic - not syncing: sysrq triggered crash" + other,
		"44,4,0,-;netkmsg: log of the previous kernel (crash, 2026-11-27 05:03:40Z) follows" + mark,
	}
	judge := func(a, b, c []string) (string, error) {
		return kdumped("6.1.0", map[uint16][]string{6666: a, 6667: b, 6668: c})
	}
	said, err := judge(crashed, captor, beside)
	if err != nil || !strings.Contains(said, "records 0 to 4; the one after it found 3 in its memory") || !strings.HasSuffix(said, "its own, 0 to 1") {
		t.Errorf("%s, %v", said, err)
	}
	for i := 1; i < len(crashed); i++ {
		changed := slices.Clone(crashed)
		changed[i] = strings.SplitAfter(changed[i], ";")[0] + "\n"
		if said, err := judge(changed, captor, beside); err == nil {
			t.Errorf("without %q: %s", crashed[i], said)
		}
	}
	for i := range captor[:5] {
		if said, err := judge(crashed, slices.Delete(slices.Clone(captor), i, i+1), beside); err == nil {
			t.Errorf("without %q: %s", captor[i], said)
		}
	}
	for i := range beside[:4] {
		changed := slices.Clone(beside)
		if changed[i] = strings.Replace(changed[i], "crash", "splash", 1); i > 0 {
			if said, err := judge(crashed, captor, changed); err == nil {
				t.Errorf("%q: %s", changed[i], said)
			}
		}
		if said, err := judge(crashed, captor, slices.Delete(slices.Clone(beside), i, i+1)); err == nil {
			t.Errorf("without %q: %s", beside[i], said)
		}
	}
}
