sources := main.c
uses    := base reporter test
