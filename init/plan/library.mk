sources := $(notdir $(sort $(wildcard init/plan/*.c)))
uses    := codec
libc    := musl
vectors := no
generated := $(BUILD)/interface/plan/schema.c
