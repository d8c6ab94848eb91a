# SPDX-License-Identifier: MIT
# The kernel: one ELF for every loader, and the same without symbols for images.

KERNEL_SOURCES := $(wildcard $(addprefix base-kernel/,object/*.c syscall/*.c sched/*.c memory/*.c x86_64/*.c boot/*.c))
KERNEL_ASM     := $(wildcard base-kernel/x86_64/*.S)
KERNEL_OBJECTS := $(KERNEL_SOURCES:%.c=$(BUILD)/kernel/%.o) $(KERNEL_ASM:%.S=$(BUILD)/kernel/%.o)

# No vector registers, no red zone (interrupts use the stack), frame pointers for backtraces. All files are optimised
# as one program when they are linked: short functions of one file are inlined in another.
KERNEL_CFLAGS := -std=gnu2x -O2 -g $(WARNINGS) -ffreestanding -fno-pic -fno-pie -mcmodel=kernel \
	-mno-red-zone -mgeneral-regs-only -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -fno-omit-frame-pointer -fno-tree-loop-distribute-patterns \
	-fno-strict-aliasing -falign-functions=8 -falign-jumps=1 -falign-loops=1 -falign-labels=1 \
	-flto -Ibase-kernel -I$(BUILD)/interface

# What runs once or rarely is made small.
KERNEL_RARE := $(addprefix $(BUILD)/kernel/base-kernel/,boot/console.o boot/core_start.o boot/loader_info.o \
	boot/machine.o boot/panic.o boot/start.o syscall/device.o x86_64/descriptor.o x86_64/interrupt.o)
$(KERNEL_RARE): KERNEL_CFLAGS += -Os

# The fast path leaves the message words where they are, and so it is no part of what is optimised as a whole.
$(BUILD)/kernel/base-kernel/syscall/ipc_fast.o: KERNEL_CFLAGS += -fno-lto -fomit-frame-pointer -ffixed-rbx -ffixed-r8 -ffixed-r9 \
	-ffixed-r10 -ffixed-r12 -ffixed-r13 -ffixed-r14 -ffixed-r15

$(BUILD)/kernel/%.o: %.c $(BUILD)/interface/kernel/words.h base-kernel/build.mk
	$(call say,KERNELCC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/kernel/%.o: %.S base-kernel/build.mk
	$(call say,KERNELAS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/kernel.elf: $(KERNEL_OBJECTS) base-kernel/kernel.ld
	$(call say,LD,$@)
	$(Q)$(CC) $(KERNEL_CFLAGS) -flto=1 -flto-partition=one -nostdlib -static -Wl,-n,--no-relax,-z,noexecstack \
		-Wl,-z,max-page-size=4096,--build-id=none -T base-kernel/kernel.ld -o $@ $(KERNEL_OBJECTS)

-include $(KERNEL_OBJECTS:.o=.d)
