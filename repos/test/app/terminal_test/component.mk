sources := main.c
uses    := base test
