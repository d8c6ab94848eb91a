sources := main.c device.c
uses    := base test
