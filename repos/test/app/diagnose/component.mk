sources := main.c
uses    := base golden_policy init_libc
libc    := musl
