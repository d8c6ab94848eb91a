sources := main.c configuration.c line_buffer.c filter.c
uses    := base
