# SPDX-License-Identifier: MIT
sources := main.c pipes.c polling.c event_files.c epoll.c sockets.c
shared  := posix_check
