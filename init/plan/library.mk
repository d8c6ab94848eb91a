sources := $(notdir $(sort $(wildcard init/plan/*.c)))
uses    := codec
libc    := musl
generated := $(BUILD)/interface/plan/schema.c
