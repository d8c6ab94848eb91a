sources := main.c
uses    := base rom_module
