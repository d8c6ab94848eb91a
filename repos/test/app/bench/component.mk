sources := main.c kernel.c memory.c ipc.c session.c child.c
uses    := base child bench
