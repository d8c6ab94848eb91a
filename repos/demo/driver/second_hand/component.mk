sources := main.c
uses    := base device
