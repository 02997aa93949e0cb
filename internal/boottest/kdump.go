package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"netkmsg/kmsg"
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
	f["sbin/netkmsg"], f["vmlinuz"], f["capture.cpio"] = command, k.image, archive
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
	return kdumped(k.release, got)
}

// kdumped judges what the two kernels sent.
func kdumped(release string, got map[uint16][]string) (string, error) {
	first := got[6666]
	before, err := whole(first)
	if err != nil {
		return "", err
	}
	for _, text := range []string{
		"sysrq: HELP : ",
		"boottest: netkmsg: netkmsg: --sysrq c: that key may do more than print",
		"boottest: netkmsg: arrived, round trip ",
		"boottest: about to crash",
	} {
		if !has(first, text) {
			return "", fmt.Errorf("%q is missing in what the first kernel sent", text)
		}
	}
	past, own := marked(got[6667], "vmcore "+release)
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
	if err := kept(first, past); err != nil {
		return "", err
	}
	theirs, _ := marked(got[6668], "kdump boottest/vmcore-dmesg.txt")
	if err := sameTexts(past[1:], theirs); err != nil {
		return "", err
	}
	return fmt.Sprintf("sysrq keys pressed and refused; the crashed kernel sent records 0 to %d; the one after it found %d in its memory, "+
		"the same as vmcore-dmesg, and sent them, marked, before its own, 0 to %d", before-1, len(past)-1, after-1), nil
}

// marked divides payloads into those of an origin and others.
func marked(payloads []string, origin string) (those, others []string) {
	for _, p := range payloads {
		if strings.HasSuffix(p, "\n NETKMSG_ORIGIN="+origin+"\n") {
			those = append(those, p)
		} else {
			others = append(others, p)
		}
	}
	return those, others
}

// kept checks that what a kernel sent, if it has one line, is in what was found
// of it later, with its priority and time.
func kept(sent, found []string) error {
	have := map[string]bool{}
	for _, p := range found {
		r, err := kmsg.Parse([]byte(p))
		if err != nil {
			return err
		}
		have[fmt.Sprintf("%d %d %s", r.Priority, r.Usec, r.Text)] = true
	}
	for _, p := range sent {
		r, err := kmsg.Parse([]byte(p))
		if err != nil {
			return err
		}
		if line := fmt.Sprintf("%d %d %s", r.Priority, r.Usec, r.Text); !have[line] && !strings.Contains(line, `\x0a`) {
			return fmt.Errorf("%q was sent before the crash and not found after it", line)
		}
	}
	return nil
}

// sameTexts checks that records have the texts of others, which an
// announcement stands in front of.
func sameTexts(ours, theirs []string) error {
	if len(theirs) != len(ours)+1 {
		return fmt.Errorf("%d records of ours, %d of vmcore-dmesg's with the announcement", len(ours), len(theirs))
	}
	for i := range ours {
		a, err := kmsg.Parse([]byte(ours[i]))
		if err != nil {
			return err
		}
		b, err := kmsg.Parse([]byte(theirs[i+1]))
		if err != nil {
			return err
		}
		if string(a.Text) != string(b.Text) || a.Usec != b.Usec {
			return fmt.Errorf("record %d is %q, and by vmcore-dmesg %q", i, ours[i], theirs[i+1])
		}
	}
	return nil
}
