#!/bin/bash
# dracut's module netkmsg: the kernel log leaves from the initramfs on, if the
# kernel's command line has netkmsg= or netconsole=. To have it in the image:
#
#	echo 'add_dracutmodules+=" netkmsg "' >/etc/dracut.conf.d/netkmsg.conf
#
# netkmsg_rescue= there names the program, if it is in no usual place.

rescue() {
	if [[ $netkmsg_rescue ]]; then
		echo "$netkmsg_rescue"
	else
		PATH=$PATH:/usr/local/bin:/usr/local/sbin type -P netkmsg-rescue
	fi
}

# Only who asks for it has it. dracut asks for everybody.
check() {
	if ! [[ -x $(rescue) ]]; then
		dinfo "netkmsg: no program netkmsg-rescue${netkmsg_rescue:+ at $netkmsg_rescue}: install it, or name it by netkmsg_rescue= in /etc/dracut.conf.d"
		return 1
	fi
	return 255
}

depends() {
	return 0
}

installkernel() {
	instmods af_packet virtio_net vmxnet3 hv_netvsc xen-netfront \
		=drivers/net/ethernet =drivers/net/mdio =drivers/net/pcs =drivers/net/phy =drivers/net/usb
}

install() {
	inst_simple "$(rescue)" /usr/bin/netkmsg-rescue
	if dracut_module_included systemd; then
		# shellcheck disable=SC2154 # dracut's variables
		inst_simple "$systemdsystemunitdir/netkmsg-initramfs.service"
		# shellcheck disable=SC2154
		$SYSTEMCTL -q --root "$initdir" add-wants sysinit.target netkmsg-initramfs.service
	else
		inst_multiple mkdir
		# shellcheck disable=SC2154
		inst_hook cmdline 00 "$moddir/netkmsg.sh"
	fi
}
