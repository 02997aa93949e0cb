package main

// dracut's image has systemd as its init, as almost everywhere; dracutShell's
// has dracut's own scripts. Of what no machine of ours has, the images have
// nothing.
var (
	dracut      = dracutMaker("")
	dracutShell = dracutMaker("systemd systemd-initrd dracut-systemd")
)

func dracutMaker(omit string) maker {
	return maker{
		files: map[string]string{
			"etc/dracut.conf.d/netkmsg.conf": `add_dracutmodules+=" netkmsg "` + "\n",
			"etc/dracut.conf.d/boottest.conf": `hostonly=no` + "\n" + `compress="zstd -1"` + "\n" + `do_strip=no` + "\n" +
				`filesystems+=" ext4 "` + "\n" + `add_drivers+=" virtio_pci virtio_blk "` + "\n" +
				`omit_dracutmodules+=" crypt dm kernel-modules kernel-modules-extra lunmask nvdimm overlay-root qemu resume terminfo usrmount virtiofs ` + omit + ` "` + "\n",
		},
		make: func(s sandbox, image string) error { return s.run("dracut", "--force", "--kver", s.k.release, image) },
	}
}
