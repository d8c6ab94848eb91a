# SPDX-License-Identifier: MIT
#
# busybox: unmodified, one binary, the applet chosen by argv[0]. `config` says what is switched on.

busybox_build := $(abspath $(BUILD))/ports/busybox
busybox_config := repos/ports/busybox/config
# its own Makefile makes the archives; linking is ours
busybox_make = $(MAKE) -C $(abspath $(BUILD))/third-party/busybox O=$(busybox_build) \
	ARCH=x86_64 HOSTCC=gcc CC=$(abspath $(posix_cc)) cmd_busybox__='touch $$@'
busybox_built := $(BUILD)/ports/busybox.built

$(busybox_built): $(call third_party,repos/ports/busybox/pin) $(busybox_config) $(posix_cc) \
		repos/ports/busybox/port.mk
	@rm -rf $(busybox_build)
	@mkdir -p $(busybox_build)
	@$(busybox_make) allnoconfig > $(busybox_build).config.log 2>&1
	@awk -F '[ =]' 'NR == FNR && /^CONFIG/ { wanted[$$1] } \
		NR != FNR && !($$1 in wanted) && !($$2 in wanted)' $(busybox_config) $(busybox_build)/.config \
		> $(busybox_build)/.config.wanted
	@grep '^CONFIG' $(busybox_config) >> $(busybox_build)/.config.wanted
	@mv $(busybox_build)/.config.wanted $(busybox_build)/.config
	@$(busybox_make) oldconfig < /dev/null >> $(busybox_build).config.log 2>&1
	+@$(ports_tool)/progress.sh busybox $(busybox_build).log $(busybox_make) busybox_unstripped
	@touch $@

$(eval $(call posix_program,busybox,$(busybox_built),\
	$$$$(find $(busybox_build) -name lib.a -o -name built-in.o) -lm))
