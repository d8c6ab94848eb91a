# SPDX-License-Identifier: MIT
sources := main.c life.c locks.c waiting.c cancellation.c signals.c timers.c
shared  := posix_check
