# SPDX-License-Identifier: MIT
#
# Whether the hostile component knows every method of the kernel's schema.

$(BUILD)/tests/hostile_methods.passed: tests/repos/test/hostile_methods.lua \
		base-kernel/interface/kernel.capnp repos/test/app/hostile/methods.c
	$(call say,TEST,hostile_methods)
	$(Q)mkdir -p $(@D)
	$(Q)lua5.4 $^
	$(Q)touch $@

.PHONY: test-hostile-methods
test-hostile-methods: $(BUILD)/tests/hostile_methods.passed
HOST_TEST_TARGETS += test-hostile-methods
