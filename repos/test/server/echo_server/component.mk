sources := main.c answer.c
uses    := base
