sources := main.c
uses    := base bench init_lua init_libc rom_module
libc    := musl
