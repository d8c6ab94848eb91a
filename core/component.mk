sources := main.c parent.c finish.c platform/platform.c platform/console.c \
	service/cpu.c service/event.c service/io_mem.c service/io_port.c service/irq.c \
	service/log.c service/pd.c service/rm.c service/rom.c service/timer.c
uses    := base child
start   :=
