# SPDX-License-Identifier: MIT
sources := main.c roles.c spawn.c files.c signals.c
shared  := posix_check
