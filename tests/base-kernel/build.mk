# SPDX-License-Identifier: MIT
#
# The kernel's own C files on the host, on a machine made of an array
# (tests/support/kernel). CK_RUN_SUITE=NAME runs one suite of the program.

kernel_test := tests/base-kernel

kernel_test_sources := $(filter-out base-kernel/syscall/ipc_fast.c, \
	$(wildcard $(addprefix base-kernel/,memory/*.c object/*.c sched/*.c syscall/*.c))) \
	base-kernel/boot/machine.c base-kernel/x86_64/page_table.c \
	$(wildcard tests/support/kernel/*.c $(kernel_test)/*.c $(kernel_test)/*/*.c)

# What can be refused for lack of memory (tests/support/kernel/scarcity.h).
kernel_test_wrapped := account_charge_ram account_charge_cap heap_alloc frame_alloc frame_alloc_below

# The C library has a sched_yield too, and calls it.
$(call host_test,base-kernel,$(kernel_test_sources),-fno-strict-aliasing -Dsched_yield=kernel_sched_yield \
	-I$(kernel_test) -Itests/support/kernel,$(addprefix -Xlinker --wrap=,$(kernel_test_wrapped)))

# A panic ends the machine with a failing status, and its backtrace names functions.
HOST_TEST_TARGETS += test-panic
.PHONY: test-panic
test-panic: $(BUILD)/tests/panic.passed
$(BUILD)/tests/panic.passed: tests/base-kernel/boot/panic.lua $(BUILD)/kernel.elf $(BUILD)/host/capos \
		$(addprefix $(BUILD)/components/,core init vector)
	$(call say,TEST,panic)
	$(Q)mkdir -p $(@D)
	$(Q)! $(BUILD)/host/capos run $< --build $(BUILD) > $(BUILD)/tests/panic.log 2>&1
	$(Q)for word in 'guest time budget exhausted' timeout_expire 'FAIL panic: budget'; do \
		grep -q "$$word" $(BUILD)/tests/panic.log || { cat $(BUILD)/tests/panic.log; exit 1; }; done
	$(Q)touch $@

# Every history of a small world, one step further than the suites go by themselves.
HOST_TEST_TARGETS += test-histories
.PHONY: test-histories
test-histories: $(BUILD)/tests/histories.passed
$(BUILD)/tests/histories.passed: $(BUILD)/tests/base-kernel
	$(call say,TEST,histories)
	$(Q)CK_RUN_SUITE=small_world SMALL_WORLD_DEPTH=6 $< > $(BUILD)/tests/histories.log 2>&1 && \
		CK_RUN_SUITE=call_world CALL_WORLD_DEPTH=5 $< >> $(BUILD)/tests/histories.log 2>&1 || \
		{ cat $(BUILD)/tests/histories.log; exit 1; }
	$(Q)touch $@
