sources := main.c paged.c state.c avx.S
uses    := base test
