sources := main.c queue.c
uses    := base bench test
