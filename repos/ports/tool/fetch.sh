#!/bin/sh
# SPDX-License-Identifier: MIT
#
# fetch.sh PIN DIR [ARCHIVE]: the pinned third-party source, unpacked in DIR/NAME/.
#
# NAME is the pin's folder. The pin (key=value lines) tells Debian's source package, the upstream
# version, the upstream archive and its SHA-256. The archive comes from the Debian mirror the system
# uses already (apt-get source with a configuration of our own, see apt_sources.sh), or is the file
# ARCHIVE, and is kept in DIR/archive/: nothing is fetched twice. Whatever its way, an archive with
# another hash is refused and removed. Only upstream's archive is used, none of Debian's patches.
set -eu

pin=$1
dir=$2
given=${3-}
tool=$(dirname "$0")
name=$(basename "$(dirname "$pin")")

value() {
	sed -n "s/^$1=//p" "$pin"
}
package=$(value package)
version=$(value version)
archive=$(value archive)
sha256=$(value sha256)
if [ -z "$package" ] || [ -z "$version" ] || [ -z "$archive" ] || [ -z "$sha256" ]; then
	echo "$pin: needs package=, version=, archive= and sha256=" >&2
	exit 1
fi

# one fetch at a time: apt's state is shared
mkdir -p "$dir/archive"
exec 9> "$dir/lock"
flock 9

# The system's own apt (mirror, keys, proxy), looking at source entries only, all its state in $apt,
# and without the hooks that look after the system's state.
configure_apt() {
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	cat > "$apt/apt.conf" << END
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources.list.d";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::IndexTargets::deb-src::DEP-11;
END
}

private_apt() {
	program=$1
	shift
	"$program" -q -c "$apt/apt.conf" "$@"
}

# The Debian revision may move with each point release; upstream's version and archive may not.
download() {
	mkdir -p "$dir/apt"
	apt=$(cd "$dir/apt" && pwd)
	configure_apt
	if [ ! -f "$apt/updated" ]; then
		echo "fetch: reading the list of Debian's source packages" >&2
		"$tool/apt_sources.sh" "$apt/sources.list.d"
		private_apt apt-get update >&2
		: > "$apt/updated"
	fi
	revision=$(private_apt apt-cache showsrc --only-source "$package" |
		sed -n 's/^Version: //p' | grep -E "^([0-9]+:)?$version-[^-]+\$" | sort -V | tail -n 1) || true
	if [ -z "$revision" ]; then
		rm -f "$apt/updated"
		echo "$pin: the Debian archive has no source package $package $version" >&2
		exit 1
	fi
	echo "fetch: $package $revision" >&2
	(cd "$dir/archive" &&
		private_apt apt-get source --only-source --download-only "$package=$revision" >&2)
}

if [ -n "$given" ]; then
	cp "$given" "$dir/archive/$archive"
elif [ ! -f "$dir/archive/$archive" ]; then
	download
fi

found=$(sha256sum "$dir/archive/$archive" | cut -d ' ' -f 1)
if [ "$found" != "$sha256" ]; then
	rm -f "$dir/archive/$archive"
	echo "$archive: refused, it is not the pinned archive" >&2
	echo "  pinned  $sha256" >&2
	echo "  found   $found" >&2
	exit 1
fi

rm -rf "${dir:?}/$name" "$dir/$name.part"
mkdir -p "$dir/$name.part"
tar -C "$dir/$name.part" --strip-components=1 -xf "$dir/archive/$archive"
mv "$dir/$name.part" "$dir/$name"
