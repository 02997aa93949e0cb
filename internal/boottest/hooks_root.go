package main

// realRoot is a file system with a real init, and the program that a system's
// own sender is.
func realRoot(dir, guest, rescue string) (string, error) {
	return disk{
		files: map[string]string{"sbin/init": guest, "usr/bin/netkmsg-rescue": rescue},
		text:  map[string]string{"etc/os-release": "ID=boottest\n"}, // without it systemd does not take it for a system
		empty: []string{"dev", "proc", "run", "sys", "tmp"},
	}.build(dir, "24M")
}
