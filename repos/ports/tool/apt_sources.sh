#!/bin/sh
# SPDX-License-Identifier: MIT
#
# apt_sources.sh DIR: writes into DIR the source-package twins of the system's own binary entries.
#
# The system's entries are taken over with mirror, options and signing key; kept are only those of
# Debian's own archive for the installed release (known by suite), of which only `main`. Both formats
# are read: one-line (*.list) and stanzas (*.sources). Fails when no entry is left.
# APT_ETC names another directory than /etc/apt to read (for the test).
set -eu

out=$1
etc=${APT_ETC:-/etc/apt}
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
mkdir -p "$out"
rm -f "$out"/*

# Prints those of the given suites that are the release's own.
own_suites='
function own(suite) {
	sub(/^oldstable|^stable/, codename, suite)
	return suite == codename || suite == codename "-updates" || suite == codename "-security"
}
'

for file in "$etc"/sources.list "$etc"/sources.list.d/*.list; do
	[ -f "$file" ] || continue
	awk -v codename="$codename" "$own_suites"'
	$1 != "deb" { next }
	{
		sub(/#.*/, "")
		options = match($0, /\[[^]]*\]/) ? substr($0, RSTART, RLENGTH) " " : ""
		sub(/\[[^]]*\]/, "")
		found = 0
		for (i = 4; i <= NF; i++)
			found += $i == "main"
		if ($2 !~ /^cdrom:/ && own($3) && found)
			print "deb-src " options $2, $3, "main"
	}' "$file"
done > "$out/debian.list"

for file in "$etc"/sources.list.d/*.sources; do
	[ -f "$file" ] || continue
	awk -v codename="$codename" "$own_suites"'
	function flush(    i, n, words, suites) {
		n = split(value["suites"], words, /[ \t\n]+/)
		for (i = 1; i <= n; i++)
			if (own(words[i]))
				suites = suites " " words[i]
		if (suites != "" && (" " value["types"] " ") ~ /[ \n]deb[ \n]/ && value["uris"] !~ /cdrom:/ &&
		    (" " value["components"] " ") ~ /[ \n]main[ \n]/ && tolower(value["enabled"]) !~ /no|false/) {
			print "Types: deb-src"
			print "Suites:" suites
			print "Components: main"
			print rest
		}
		split("", value)
		rest = ""
	}
	/^#/ { next }
	/^[ \t]*$/ { flush(); next }
	/^[^ \t]/ { key = tolower($0); sub(/[ \t]*:.*/, "", key) }
	{
		text = $0
		sub(/^[^ \t:]+[ \t]*:[ \t]*/, "", text)
		value[key] = value[key] (value[key] == "" ? "" : "\n") text
		if (key !~ /^(types|suites|components|enabled)$/)
			rest = rest $0 "\n"
	}
	END { flush() }
	' "$file"
done > "$out/debian.sources"

for file in "$out"/*; do
	[ -s "$file" ] || rm "$file"
done
if [ -z "$(ls "$out")" ]; then
	echo "apt_sources.sh: $etc has no entry of Debian's own archive for $codename" >&2
	exit 1
fi
