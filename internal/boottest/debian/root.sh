#!/bin/sh
# Makes a disk image with a minimal Debian: root.sh SUITE MIRROR IMAGE
#
# It runs in namespaces of its own, so that its mounts end with it: the tree is
# on a tmpfs, where nothing waits for a disk and nothing is left.
set -eu
suite=$1 mirror=$2 image=$3

tree=$image.tree
mkdir -p "$tree"
mount -t tmpfs -o size=1g,mode=755 tmpfs "$tree"

# By this name debootstrap makes no device nodes, which a user cannot.
container=lxc debootstrap --variant=minbase --include=iproute2,kmod,systemd,systemd-sysv,udev \
	"$suite" "$tree" "$mirror" >"$image.log" 2>&1 || {
	tail -n 20 "$image.log" >&2
	exit 1
}
cd "$tree"
rm -rf var/cache/apt/* var/lib/apt/lists/* var/log/*.log usr/share/doc/* usr/share/locale/* usr/share/man/*
echo '/dev/vda / ext4 defaults 0 0' >etc/fstab

cd /
mke2fs -q -t ext4 -L root -d "$tree" "$image.part" 400M
mv "$image.part" "$image"
