#!/bin/sh
# SPDX-License-Identifier: MIT
#
# progress.sh NAME LOG COMMAND…: runs a long command, its output going to LOG.
#
# Shown are only a line for each hundred lines of output, so that one sees it move, and, when the command
# fails, the end of the log.
set -u

name=$1
log=$2
shift 2

echo "$name: building"
status=$({ { "$@" 2>&1; echo $? >&3; } | tee "$log" |
	awk -v name="$name" 'NR % 100 == 0 { print name ": " NR " steps" | "cat 1>&2"; close("cat 1>&2") }' >&2
} 3>&1)
if [ "$status" != 0 ]; then
	echo "$name: failed, the log's end:" >&2
	tail -n 30 "$log" >&2
	echo "$name: the whole log is $log" >&2
	exit "$status"
fi
echo "$name: built"
