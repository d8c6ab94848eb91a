# SPDX-License-Identifier: MIT
#
# The kernel's own C files on the host, on a machine made of an array
# (tests/support/kernel). CK_RUN_SUITE=NAME runs one suite of the program.

kernel_test := tests/base-kernel

kernel_test_sources := $(filter-out base-kernel/syscall/ipc_fast.c, \
	$(wildcard $(addprefix base-kernel/,memory/*.c object/*.c sched/*.c syscall/*.c))) \
	base-kernel/boot/machine.c base-kernel/x86_64/page_table.c \
	$(wildcard tests/support/kernel/*.c $(kernel_test)/*.c $(kernel_test)/*/*.c)

# The C library has a sched_yield too, and calls it.
$(call host_test,base-kernel,$(kernel_test_sources),-fno-strict-aliasing -Dsched_yield=kernel_sched_yield \
	-I$(kernel_test) -Itests/support/kernel)
