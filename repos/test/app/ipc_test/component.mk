sources := main.c ends.c chain.c kept.c carried.c
uses    := base test actor
