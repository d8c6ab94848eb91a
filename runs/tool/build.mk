# SPDX-License-Identifier: MIT
#
# The host program `capos`: C from this folder, the Lua of lua/ carried in the binary, and
# init's code for policies and plans.

tool_dir      := runs/tool
tool_scripts  := $(sort $(wildcard $(tool_dir)/lua/*.lua))
tool_embedded := $(BUILD)/host/tool_scripts.c
tool_flags    := $(LUA_CFLAGS) -I$(tool_dir) -Iinit

# The host encodes and decodes, but sends no messages.
tool_policy := $(filter-out %/message.c,$(wildcard init/lua/*.c init/plan/*.c \
	repos/base/lib/codec/*.c repos/base/lib/capnp/*.c))

tool_sources := $(wildcard $(tool_dir)/*.c) $(tool_policy) $(BUILD)/interface/plan/schema.c \
	$(BUILD)/interface/state_report/schema.c

$(tool_embedded): $(tool_dir)/embed.lua $(tool_scripts)
	$(call say,EMBED,$(tool_dir)/lua)
	$(Q)mkdir -p $(@D)
	$(Q)lua5.4 $(tool_dir)/embed.lua $(tool_scripts) > $@

$(call host_program,capos,$(tool_sources) $(tool_embedded),$(tool_flags),$(LUA_LIBS))

# What QEMU loads to count (plugin/plugin.c). QEMU's own symbols are found when it does.
counter_sources := $(wildcard $(tool_dir)/plugin/*.c)

$(call host_objects,counter,$(counter_sources),-fPIC -fvisibility=hidden -flto)

$(BUILD)/host/counter.so: $(counter_sources:%.c=$(BUILD)/host/obj/counter/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOST_CC) -shared -O2 -flto -o $@ $^

# Five million attacks instead of two hundred thousand: runs/hostile.lua.
FUZZ_SEED ?= 1
FUZZ_TARGETS += fuzz-hostile
.PHONY: fuzz-hostile
fuzz-hostile: all
	$(Q)$(BUILD)/host/capos run runs/hostile.lua --build $(BUILD) --name hostile.fuzz \
		--set seed=$(FUZZ_SEED),calls=2500000
