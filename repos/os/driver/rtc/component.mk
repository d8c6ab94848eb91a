sources := main.c cmos.c date.c
uses    := base device
