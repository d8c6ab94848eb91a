sources := libc.c pages.c
uses    := base
libc    := musl
vectors := no
