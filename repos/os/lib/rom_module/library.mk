sources := rom_module.c rom_server.c
uses    := base
