package main

import "path/filepath"

// hookFiles are the files that put the sender into an initramfs, by where a
// package installs them.
var hookFiles = map[string]string{
	"etc/initramfs-tools/conf.d/netkmsg":                 "initramfs-tools/conf.d/netkmsg",
	"usr/share/initramfs-tools/hooks/netkmsg":            "initramfs-tools/hooks/netkmsg",
	"usr/share/initramfs-tools/scripts/init-top/netkmsg": "initramfs-tools/scripts/init-top/netkmsg",
	"usr/lib/dracut/modules.d/95netkmsg/module-setup.sh": "dracut/95netkmsg/module-setup.sh",
	"usr/lib/dracut/modules.d/95netkmsg/netkmsg.sh":      "dracut/95netkmsg/netkmsg.sh",
	"usr/lib/initcpio/install/netkmsg":                   "mkinitcpio/install/netkmsg",
	"usr/lib/initcpio/hooks/netkmsg":                     "mkinitcpio/hooks/netkmsg",
	"usr/lib/systemd/system/netkmsg-initramfs.service":   "systemd/netkmsg-initramfs.service",
}

// installPackage puts the package's files, and the program, below root.
func installPackage(root, rescue string) error {
	d := disk{files: map[string]string{"usr/bin/netkmsg-rescue": rescue}}
	for to, from := range hookFiles {
		d.files[to] = filepath.Join("packaging", from)
	}
	return d.lay(root)
}
