# SPDX-License-Identifier: MIT
sources := main.c check.c files.c names.c limits.c memory.c clock.c missing.c ends.c
