# SPDX-License-Identifier: MIT
#
# dash: unmodified, by its own configure script and Makefile, without line editing.

dash_build := $(abspath $(BUILD))/ports/dash
dash_built := $(BUILD)/ports/dash.built

$(dash_built): $(call third_party,repos/ports/dash/pin) $(posix_ready) repos/ports/dash/port.mk
	@rm -rf $(dash_build)
	@mkdir -p $(dash_build)
	@cd $(dash_build) && $(abspath $(posix_configure)) $(abspath $(BUILD))/third-party/dash \
		--without-libedit CC_FOR_BUILD=gcc > configure.output 2>&1 || { cat configure.output; exit 1; }
	+@$(ports_tool)/progress.sh dash $(dash_build).log $(MAKE) -C $(dash_build)
	@touch $@

$(eval $(call posix_port,dash,$(dash_built),$(dash_build)/src/dash))
