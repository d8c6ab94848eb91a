sources := $(notdir $(sort $(wildcard init/lua/*.c)))
uses    := init_plan
libc    := musl
