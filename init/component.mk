sources := main.c config.c child/child.c child/parent.c route/routed_session.c route/rom_config.c route/exported.c libc/libc.c \
	$(patsubst init/%,%,$(sort $(wildcard init/lua/*.c init/plan/*.c)))
uses    := base child codec
libc    := musl
generated := $(BUILD)/interface/plan/schema.c
