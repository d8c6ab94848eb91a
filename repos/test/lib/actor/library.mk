sources := actor.c line.c script.S
uses    := base test
