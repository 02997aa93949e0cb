package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// kdump has keys pressed by netkmsg test, the last of which crashes the
// machine. The kernel that was loaded for that case sends what the crashed one
// had in its log.
func kdump(k kernel, dir string) (string, error) {
	captor, err := programs(k, dir, card...)
	if err == nil {
		err = captor.tool("vmcore-dmesg")
	}
	if err != nil {
		return "", err
	}
	archive, err := captor.write(filepath.Join(dir, "capture"))
	if err != nil {
		return "", err
	}
	f, err := programs(k, dir, append(slices.Clone(card), "net/tls/tls", "drivers/net/veth")...)
	if err != nil {
		return "", err
	}
	netkmsg := filepath.Join(dir, "netkmsg")
	if _, err := output("", "env", "CGO_ENABLED=0", "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", netkmsg, "netkmsg/cmd/netkmsg"); err != nil {
		return "", err
	}
	f["sbin/netkmsg"], f["vmlinuz"], f["capture.cpio"] = netkmsg, k.image, archive
	for _, tool := range []string{"ip", "kexec"} {
		if err := f.tool(tool); err != nil {
			return "", err
		}
	}
	got, err := watch(k, f, dir, "crashkernel=192M boottest=kdump netkmsg="+line+";+@/veth0,@fe80::b/",
		func(got map[uint16][]string) bool { return has(got[6667], "boottest: done") }, "-m", "768")
	if err != nil {
		return "", err
	}
	return kdumped(got[6666], got[6667])
}

// kdumped judges what the two kernels sent.
func kdumped(crashed, captor []string) (string, error) {
	before, err := whole(crashed)
	if err != nil {
		return "", err
	}
	for _, text := range []string{
		"sysrq: HELP : ",
		`boottest: netkmsg: netkmsg: --sysrq c: that key may do more than print`,
		"boottest: netkmsg: arrived, round trip ",
		"boottest: about to crash",
	} {
		if !has(crashed, text) {
			return "", fmt.Errorf("%q is missing in what the first kernel sent", text)
		}
	}
	var own, past []string
	for _, p := range captor {
		if strings.Contains(p, " NETKMSG_ORIGIN=kdump boottest/vmcore-dmesg.txt\n") {
			past = append(past, p)
		} else {
			own = append(own, p)
		}
	}
	after, err := whole(own)
	if err != nil {
		return "", err
	}
	for _, text := range []string{
		"netkmsg: log of the previous kernel (crash, ", "boottest: about to crash", "sysrq: Trigger a crash",
		"Kernel panic - not syncing: sysrq triggered crash",
	} {
		if !has(past, text) {
			return "", fmt.Errorf("%q is missing in what the second kernel sent of the first", text)
		}
	}
	return fmt.Sprintf("sysrq keys pressed and refused; of the crashed kernel, which sent records 0 to %d, the one after it sent "+
		"%d records, marked, beside its own, 0 to %d", before-1, len(past)-1, after-1), nil
}
