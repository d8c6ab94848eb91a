sources := main.c
uses    := base bench
