# SPDX-License-Identifier: MIT
sources := main.c mounts.c names.c sparse.c self.c
shared  := posix_check
