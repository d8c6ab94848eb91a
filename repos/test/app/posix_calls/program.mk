# SPDX-License-Identifier: MIT
sources := main.c files.c names.c limits.c memory.c clock.c missing.c ends.c
shared  := posix_check
