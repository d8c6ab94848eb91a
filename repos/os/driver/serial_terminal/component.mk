sources := main.c uart.c byte_queue.c
uses    := base device
