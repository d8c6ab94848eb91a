# SPDX-License-Identifier: MIT

# Ported programs on the development machine: libcapos-posix over Linux instead of the framework.
posix_linux_native := $(BUILD)/posix/obj/native_linux.o
$(eval $(call posix_object_rule,$(posix_linux_native),tests/posix/support/native_linux.c))
$(eval $(call posix_library,$(posix_linux_object),$(posix_objects) $(posix_decoder_objects) $(posix_linux_native)))

# The library itself, over a fake (support/native_fake.h).
posix_test_sources := $(filter-out posix/process/start.c,$(posix_sources)) posix/native/page_arena.c posix/server/export.c \
	$(filter-out %/message.c,$(call uses_sources,capnp)) \
	tests/posix/posix_test.c $(filter-out tests/posix/programs/%,$(wildcard tests/posix/*/*_test.c)) \
	tests/posix/support/native_fake.c tests/posix/support/program.c tests/posix/support/exported.c
$(call host_test,posix,$(posix_test_sources),-D_GNU_SOURCE -Iposix -Irepos/os/include -Itests/posix -Itests/posix/support/slot)

# Ported programs as they are.
$(call host_test,posix-programs,tests/posix/programs/programs_test.c $(filter-out %/message.c,$(call uses_sources,capnp)),-DPROGRAMS='"$(BUILD)/tests/programs"')
$(BUILD)/tests/posix-programs.passed: $(addprefix $(BUILD)/tests/programs/,lua busybox)

# The compiler wrapper and what prepares sources for it.
.PHONY: test-toolchain
HOST_TEST_TARGETS += test-toolchain
test-toolchain: $(BUILD)/tests/toolchain.passed
$(BUILD)/tests/toolchain.passed: tests/posix/toolchain/toolchain_test.sh $(posix_ready)
	$(call say,TEST,toolchain)
	$(Q)$< $(abspath $(BUILD))/posix $(BUILD)/tests/toolchain
	$(Q)touch $@
