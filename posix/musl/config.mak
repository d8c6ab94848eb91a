# SPDX-License-Identifier: MIT
#
# Settings for musl's own Makefile, which is run in an empty build directory as
#     make -f SRC/Makefile srcdir=SRC overlay=OVERLAY prefix=SYSROOT
# with this file linked there as config.mak. musl's configure is not used: there is nothing to find
# out.
#
# What differs from a plain build is that no `syscall` instruction is left. Files in overlay/ shadow
# syscall_arch.h, found first through the include path, and replace the assembler files in `raw`
# and their generic C twins. They are named by full path: src/linux/clone.c, the public wrapper,
# stays.

ARCH = x86_64
CC = gcc
AR = ar
RANLIB = ranlib

CFLAGS_AUTO = -O2 -pipe -fno-pic -fno-pie -ftls-model=local-exec \
	-fexcess-precision=standard -frounding-math -fno-strict-aliasing -Wa,--noexecstack \
	-fno-asynchronous-unwind-tables -fno-unwind-tables \
	-ffunction-sections -fdata-sections -ffile-prefix-map=$(srcdir)=musl \
	-Werror=implicit-function-declaration -Werror=implicit-int -Werror=pointer-sign
CFLAGS_MEMOPS = -fno-tree-loop-distribute-patterns
CFLAGS_NOSSP = -fno-stack-protector
CFLAGS_C99FSE = -std=c99 -ffreestanding -nostdinc -I$(overlay)

SHARED_LIBS =
TOOL_LIBS =
ALL_TOOLS =

raw = thread/syscall_cp thread/clone thread/__set_thread_area thread/__unmapself \
	signal/restore process/vfork
raw_objects = $(foreach file,$(raw),\
	obj/src/$(file).o obj/src/$(dir $(file))$(ARCH)/$(notdir $(file)).o)
overlay_objects = $(patsubst $(overlay)/%.c,obj/overlay/%.o,$(wildcard $(overlay)/*.c))

AOBJS = $(filter-out $(raw_objects),$(LIBC_OBJS)) $(overlay_objects)

.DEFAULT_GOAL = all
obj/overlay/%.o: $(overlay)/%.c $(GENH) $(IMPH)
	@mkdir -p $(@D)
	$(CC_CMD)
