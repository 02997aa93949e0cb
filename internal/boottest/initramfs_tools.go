package main

// initramfsTools is Debian's: /etc/initramfs-tools/modules says what the root
// needs.
var initramfsTools = maker{
	files: map[string]string{
		"etc/initramfs-tools/conf.d/netkmsg":  "NETKMSG=y\n",
		"etc/initramfs-tools/conf.d/boottest": "MODULES=list\nCOMPRESS=zstd\nCOMPRESSLEVEL=1\n",
		"etc/initramfs-tools/modules":         "virtio_pci\nvirtio_blk\next4\n",
	},
	make: func(s sandbox, image string) error { return s.run("mkinitramfs", "-o", image, s.k.release) },
}
