# SPDX-License-Identifier: MIT
sources := main.c tricks.c race.c limits.c
shared  := posix_check
