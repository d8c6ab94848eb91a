sources := child.c elf.c backtrace.c
uses    := base
