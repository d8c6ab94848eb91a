sources := start.c
uses    := base
