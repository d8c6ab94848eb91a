sources := main.c rings.c
uses    := base bench test
