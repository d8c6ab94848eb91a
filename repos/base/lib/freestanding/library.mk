sources := string.c
uses    :=
