sources := main.c config.c child/child.c child/parent.c route/routed_session.c route/rom_config.c route/exported.c route/server_queue.c
uses    := base child init_lua init_libc
libc    := musl
