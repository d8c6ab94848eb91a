sources := samples.c thread.c ring.c raw.S
uses    := base
