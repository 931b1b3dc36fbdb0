#!/bin/sh
# Turns a Debian root ($1) into the root of a kind node. OVERLAY holds the files that no package has.
# The order and the choice of services follow images/base/Dockerfile of the kind module.
set -eu
root=$1

cp -r --preserve=mode "$OVERLAY/." "$root/"

# A container starts none of the services that packages enable; what a node runs is enabled below.
rm -f "$root"/etc/systemd/system/*.wants/* \
    "$root"/usr/lib/systemd/system/multi-user.target.wants/* \
    "$root"/usr/lib/systemd/system/local-fs.target.wants/* \
    "$root"/usr/lib/systemd/system/basic.target.wants/* \
    "$root"/usr/lib/systemd/system/sockets.target.wants/*udev* \
    "$root"/usr/lib/systemd/system/sockets.target.wants/*initctl* \
    "$root"/usr/lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service
echo "ReadKMsg=no" >>"$root/etc/systemd/journald.conf"
ln -sf /usr/lib/systemd/systemd "$root/sbin/init"
chroot "$root" systemctl enable kubelet.service containerd.service undo-mount-hacks.service
# It would register handlers with the machine's kernel, which is everybody's.
chroot "$root" systemctl mask systemd-binfmt.service

mkdir -p "$root/etc/kubernetes/manifests" "$root/opt/cni/bin"
for plugin in host-local loopback bridge portmap; do
    ln "$root/usr/lib/cni/$plugin" "$root/opt/cni/bin/$plugin"
done

# What containers start from: each gets the node's product files (a hook of kind's), and no limits of its own.
chroot "$root" sh -c 'ctr oci spec' |
    chroot "$root" jq '.hooks.createContainer += [{ path: "/kind/bin/mount-product-files.sh" }] | del(.process.rlimits)' \
        >"$root/etc/containerd/cri-base.json"

rm -rf "$root"/var/log/* "$root"/var/cache/debconf/*
