sources := main.c lock.c toucher.S
uses    := base test
