sources := child.c component.c elf.c backtrace.c
uses    := base
