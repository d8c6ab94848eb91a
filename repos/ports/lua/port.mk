# SPDX-License-Identifier: MIT
#
# Lua: the unmodified interpreter, and liblua.a for who embeds it (init).

lua_source := $(BUILD)/third-party/lua/src
lua_build := $(BUILD)/ports/lua
lua_library := $(lua_build)/liblua.a
# upstream's own list (src/Makefile: BASE_O), so that this file can be read before the source is fetched
lua_objects := $(patsubst %,$(lua_build)/%.o, \
	lapi lcode lctype ldebug ldo ldump lfunc lgc llex lmem lobject lopcodes lparser lstate lstring \
	ltable ltm lundump lvm lzio lauxlib lbaselib lcorolib ldblib liolib lmathlib loadlib loslib \
	lstrlib ltablib lutf8lib linit)

$(lua_objects) $(lua_build)/lua.o: $(lua_build)/%.o: $(call third_party,repos/ports/lua/pin) $(posix_cc) \
		repos/ports/lua/port.mk
	@mkdir -p $(@D)
	$(call say,CC,lua $*.c)
	$(Q)$(posix_cc) -O2 -g -DLUA_COMPAT_5_3 -DLUA_USE_POSIX -c $(lua_source)/$*.c -o $@

$(lua_library): $(lua_objects)
	@rm -f $@
	@ar rcs $@ $^

$(eval $(call posix_program,lua,$(lua_build)/lua.o $(lua_library),$(lua_build)/lua.o $(lua_library) -lm))
