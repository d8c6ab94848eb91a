#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh FOLDER holds|fails FLAG...: the model of IPC with these flags, every state of it.
#
# `holds`: no error, nothing left out, and no statement without use but the ends of processes that
# never end. `fails`: a mutant, in which an error must be found.
set -eu
model=$PWD/base-kernel/model/ipc.pml
folder=$1
expected=$2
shift 2

complain()
{
	echo "model $*:"
	cat "$folder/pan.log"
	exit 1
}

mkdir -p "$folder"
cd "$folder"
rm -f pan pan.* ./*.trail
spin -a "$@" "$model" > spin.log || { cat spin.log; exit 1; }
gcc -O1 -w -DSAFETY -DMEMLIM=4000 -DCOLLAPSE -DVECTORSZ=2048 -o pan pan.c
./pan -m100000 -w22 > pan.log 2>&1 || true
folder=.

if [ "$expected" = fails ]; then
	grep -Eq 'errors: [1-9]' pan.log || complain "$@" "no error is found in the mutant"
	exit 0
fi
grep -q 'errors: 0' pan.log || complain "$@" "an error; spin -t -p -k ipc.pml.trail shows the way to it"
! grep -Eq 'Search not completed|max search depth|out of memory|truncated' pan.log ||
	complain "$@" "not all states were seen"
! grep -E 'ipc.pml:[0-9]+, state' pan.log | grep -v '"-end-"' || complain "$@" "these are never reached"
