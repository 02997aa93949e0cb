package main

import _ "embed"

// mkinitcpio is Arch's, of which Debian has none: what its hooks see is ours.
var mkinitcpio = maker{
	files: map[string]string{
		"usr/lib/initcpio/mkinitcpio":   mkinitcpioTool,
		"usr/lib/initcpio/install/base": mkinitcpioBase,
		"usr/lib/initcpio/init":         mkinitcpioInit,
		"etc/mkinitcpio.conf":           "MODULES=(virtio_pci virtio_blk virtio_net ext4)\n",
	},
	make: func(s sandbox, image string) error {
		return s.run("bash", "/usr/lib/initcpio/mkinitcpio", s.k.release, image, "base", "netkmsg")
	},
}

//go:embed mkinitcpio/mkinitcpio
var mkinitcpioTool string

//go:embed mkinitcpio/base
var mkinitcpioBase string

//go:embed mkinitcpio/init
var mkinitcpioInit string
