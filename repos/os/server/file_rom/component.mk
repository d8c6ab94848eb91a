sources := main.c loader.c
uses    := base rom_module
