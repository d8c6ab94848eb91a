# SPDX-License-Identifier: MIT
#
# busybox: unmodified, one binary, the applet chosen by argv[0]. `config.NAME` says what is switched on in the
# component NAME.

busybox_build := $(abspath $(BUILD))/ports
# its own Makefile makes the archives; linking is ours. $(call busybox_make,NAME)
busybox_make = $(MAKE) -C $(abspath $(BUILD))/third-party/busybox O=$(busybox_build)/$(1) \
	ARCH=x86_64 HOSTCC=gcc CC=$(abspath $(posix_cc)) cmd_busybox__='touch $$@'

# $(call busybox_rules,NAME)
define busybox_rules
$(BUILD)/ports/$(1).built: $(call third_party,repos/ports/busybox/pin) repos/ports/busybox/config.$(1) \
		$(posix_cc) repos/ports/busybox/port.mk
	@rm -rf $(busybox_build)/$(1)
	@mkdir -p $(busybox_build)/$(1)
	@$$(call busybox_make,$(1)) allnoconfig > $(busybox_build)/$(1).config.log 2>&1
	@awk -F '[ =]' 'NR == FNR && /^CONFIG/ { wanted[$$$$1] } \
		NR != FNR && !($$$$1 in wanted) && !($$$$2 in wanted)' repos/ports/busybox/config.$(1) \
		$(busybox_build)/$(1)/.config > $(busybox_build)/$(1)/.config.wanted
	@grep '^CONFIG' repos/ports/busybox/config.$(1) >> $(busybox_build)/$(1)/.config.wanted
	@mv $(busybox_build)/$(1)/.config.wanted $(busybox_build)/$(1)/.config
	@$$(call busybox_make,$(1)) oldconfig < /dev/null >> $(busybox_build)/$(1).config.log 2>&1
	+@$(ports_tool)/progress.sh $(1) $(busybox_build)/$(1).log $$(call busybox_make,$(1)) busybox_unstripped
	@touch $$@

$$(eval $$(call posix_program,$(1),$(BUILD)/ports/$(1).built,\
	$$$$$$$$(find $(busybox_build)/$(1) -name lib.a -o -name built-in.o) -lm))
endef
$(eval $(call busybox_rules,busybox))
$(eval $(call busybox_rules,ash))
