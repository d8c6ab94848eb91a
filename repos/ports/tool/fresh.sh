#!/bin/sh
# SPDX-License-Identifier: MIT
#
# fresh.sh DIR: proves that a fresh machine can build, test and run capOS.
#
# Makes a minimal Debian 12 below DIR (anew each time), clones this repository's HEAD into it and says
# `make test` and `make run` there: all that capOS needs must come by its own means. Needs root and
# the network; the mirror and a proxy are those of this system's apt. What is mounted is mounted in
# a name space of this script's own, so that nothing stays mounted however it ends.
set -eu

dir=$1
tool=$(dirname "$0")
repository=$(cd "$tool/../../.." && pwd)

if [ "$(id -u)" != 0 ]; then
	echo "fresh: needs root (debootstrap, chroot); run: sudo make fresh" >&2
	exit 1
fi
if [ -z "${FRESH_NAME_SPACE-}" ]; then
	exec env FRESH_NAME_SPACE=1 unshare --mount --propagation private "$0" "$@"
fi
if ! command -v debootstrap > /dev/null; then
	echo "fresh: installing debootstrap"
	apt-get -q update > /dev/null
	DEBIAN_FRONTEND=noninteractive apt-get -q install --yes --no-install-recommends debootstrap > /dev/null
fi

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
root=$dir/root

rm -rf --one-file-system "$root"

# the system's own entries of Debian's archive, for binaries
"$tool/apt_sources.sh" "$dir/sources"
sed -i 's/^Types: deb-src/Types: deb/; s/^deb-src/deb/' "$dir"/sources/*
mirror=$(sed -n 's/^URIs:[ \t]*\([^ ]*\).*/\1/p; s/^deb .*\(https\?:[^ ]*\) .*/\1/p' "$dir"/sources/* | head -n 1)
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")

echo "fresh: a minimal $codename from $mirror"
debootstrap --variant=minbase --include=git,make,ca-certificates "$codename" "$root" "$mirror" \
	> "$dir/debootstrap.log" 2>&1 || {
	tail -n 20 "$dir/debootstrap.log" >&2
	exit 1
}
rm -f "$root/etc/apt/sources.list"
cp "$dir"/sources/* "$root/etc/apt/sources.list.d/"
apt-config dump | grep -i '^Acquire::[a-z]*::Proxy ' > "$root/etc/apt/apt.conf.d/90proxy" || true
cp /etc/resolv.conf /etc/hosts "$root/etc/"

echo "fresh: cloning"
# by way of a bundle: the repository may be another user's, from which git does not clone
git -c safe.directory="$repository" -C "$repository" bundle create -q "$dir/capos.bundle" HEAD
git clone -q "$dir/capos.bundle" "$root/capos"

mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
for goal in test run; do
	echo "fresh: make $goal"
	chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		HOME=/root LANG=C.UTF-8 ${http_proxy:+http_proxy="$http_proxy"} \
		make -C /capos "$goal"
done
echo "fresh: everything passed"
