sources := main.c
uses    := base
vectors := yes
