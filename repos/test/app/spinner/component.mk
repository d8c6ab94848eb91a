sources := main.c
uses    := base
