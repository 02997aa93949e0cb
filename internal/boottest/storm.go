package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// realtimeStorm has senders with --realtime live through processors that are
// taken, memory that is eaten up, and the loss of the disk that one of them
// runs from.
func realtimeStorm(k kernel, dir string) (string, error) {
	f, err := programs(k, dir, append(slices.Clone(card), "drivers/block/virtio_blk")...)
	if err != nil {
		return "", err
	}
	image, err := disk{files: map[string]string{"netkmsg-rescue": f["init"], "ordinary": f["init"], "never-read": f["sbin/init"]}}.build(dir, "32M")
	if err != nil {
		return "", err
	}
	got, err := watch(k, f, dir, "netkmsg="+line+" netkmsg.flags=--realtime boottest=storm",
		func(got map[uint16][]string) bool {
			return has(got[6666], "boottest: done") && has(got[6667], "boottest: done")
		},
		"-smp", "2", "-m", "256", "-drive", "if=virtio,format=raw,readonly=on,file="+image)
	if err != nil {
		return "", err
	}
	n, err := whole(got[6666])
	second, err2 := whole(got[6667])
	if err := errors.Join(err, err2); err != nil {
		return "", err
	}
	if n != second {
		return "", fmt.Errorf("%d records came from one sender and %d from the other", n, second)
	}
	if v, want := victims(got[6666]), (map[string]int{"eater": 6, "ordinary": 1}); !maps.Equal(v, want) {
		return "", fmt.Errorf("killed for memory: %v, want %v", v, want)
	}
	if !has(got[6666], fmt.Sprintf("boottest: storm: %d records written", numbered(got[6666]))) {
		return "", fmt.Errorf("%d numbered records arrived, and the guest wrote another number", numbered(got[6666]))
	}
	return fmt.Sprintf("all %d records arrived, twice; %s", n, strings.Join(told(got[6666], "boottest: storm: "), "; ")), nil
}

var victim = regexp.MustCompile(`Out of memory: Killed process \d+ \((.*?)\)`)

// victims returns how many processes of each name the kernel says that it ended.
func victims(payloads []string) map[string]int {
	names := map[string]int{}
	for _, p := range payloads {
		if m := victim.FindStringSubmatch(p); m != nil {
			names[m[1]]++
		}
	}
	return names
}

// numbered returns how many payloads are the storm's own records.
func numbered(payloads []string) (n int) {
	for _, p := range payloads {
		if strings.Contains(p, ";boottest: storm: record ") {
			n++
		}
	}
	return n
}

// told returns what payloads say behind a prefix, but for those that are numbered.
func told(payloads []string, prefix string) []string {
	var list []string
	for _, p := range payloads {
		_, text, ok := strings.Cut(strings.TrimSuffix(p, "\n"), prefix)
		if ok && !strings.HasPrefix(text, "record ") {
			list = append(list, text)
		}
	}
	return list
}
