sources := mark.c samples.c thread.c ring.c raw.S
uses    := base
