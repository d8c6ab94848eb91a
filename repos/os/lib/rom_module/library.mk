sources := rom_module.c
uses    := base
