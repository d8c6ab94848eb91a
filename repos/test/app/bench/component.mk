sources := main.c kernel.c memory.c ipc.c session.c child.c irq.c
uses    := base child bench
