sources := main.c victim.c
uses    := base child test
