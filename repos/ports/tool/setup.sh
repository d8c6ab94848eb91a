#!/bin/sh
# SPDX-License-Identifier: MIT
#
# setup.sh [--dry-run]: the Debian packages capOS needs are there when this returns 0.
#
# One look at dpkg's database (some 10 ms) when nothing is missing. Otherwise the missing packages are
# installed as root or through sudo; without either, the one command that installs them is printed
# and the script fails. --dry-run prints that command in any case.
set -eu

list=$(dirname "$0")/packages
wanted=$(sed '/^#/d' "$list")

# dpkg-query fails for names it never heard of; what counts is what it does list as installed
# shellcheck disable=SC2086 # one word per package
installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
	sed -n 's/ installed$//p') || true
missing=
for package in $wanted; do
	case "
$installed
" in
	*"
$package
"*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

command="apt-get update && apt-get install --yes --no-install-recommends$missing"
if [ "${1-}" = --dry-run ]; then
	echo "$command"
	exit 1
fi
if [ "$(id -u)" = 0 ]; then
	run=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
	run=sudo
else
	echo "capOS needs Debian packages that are not installed. As root, run:" >&2
	echo "  $command" >&2
	exit 1
fi

echo "setup: installing$missing" >&2
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
# stdout may be a file being made by the caller: messages go to stderr
$run apt-get -q update >&2
# shellcheck disable=SC2086
$run apt-get -q install --yes --no-install-recommends $missing >&2
