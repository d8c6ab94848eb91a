# SPDX-License-Identifier: MIT
#
# zlib: the library, by its own configure script and Makefile, and minigzip on top of it.

zlib_build := $(abspath $(BUILD))/ports/zlib
zlib_built := $(BUILD)/ports/zlib.built

$(zlib_built): $(call third_party,repos/ports/zlib/pin) $(posix_ready) repos/ports/zlib/port.mk
	@rm -rf $(zlib_build)
	@mkdir -p $(zlib_build)
	@cd $(zlib_build) && $(abspath $(posix_configure)) $(abspath $(BUILD))/third-party/zlib --static \
		> configure.output 2>&1 || { cat configure.output; exit 1; }
	+@$(ports_tool)/progress.sh zlib $(zlib_build).log $(MAKE) -C $(zlib_build) libz.a minigzip
	@touch $@

$(eval $(call posix_port,minigzip,$(zlib_built),$(zlib_build)/minigzip))
