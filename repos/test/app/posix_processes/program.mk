# SPDX-License-Identifier: MIT
sources := main.c roles.c spawn.c files.c signals.c forks.c
shared  := posix_check
