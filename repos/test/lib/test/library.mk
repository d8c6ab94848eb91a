sources := check.c
uses    := base
