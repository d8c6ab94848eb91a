sources := ports.c interrupt.c
uses    := base
