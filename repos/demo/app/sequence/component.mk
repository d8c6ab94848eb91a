sources := main.c
uses    := base child
