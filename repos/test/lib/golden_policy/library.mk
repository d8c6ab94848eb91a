sources   := golden_policy.c
uses      := init_lua
libc      := musl
generated := $(BUILD)/interface/kettle_config/schema.c
