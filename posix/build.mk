# SPDX-License-Identifier: MIT
#
# musl with our overlay, the compiler wrapper for ported programs, and libcapos-posix.

posix_sysroot := $(BUILD)/posix/sysroot
posix_musl := $(BUILD)/posix/musl.built
posix_cc := $(BUILD)/posix/capos-cc
posix_object := $(posix_sysroot)/lib/capos-posix.o
posix_linux_object := $(BUILD)/posix/capos-posix-linux.o

# The system calls' numbers for musl and programs: the place in the table.
$(BUILD)/posix/syscall.h: posix/syscall/syscalls.def
	@mkdir -p $(@D)
	@sed -n 's/^\(DONE\|DIRECT\|MISSING\)(\([a-z0-9_]*\).*/\2/p' $< | \
		awk '{ print "#define __NR_" $$1, NR - 1; print "#define SYS_" $$1, NR - 1 }' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# musl's own Makefile, run out of tree; headers and libraries land in the sysroot.
posix_musl_tree := $(abspath $(BUILD))/posix/musl
posix_musl_source := $(abspath $(BUILD))/third-party/musl
$(posix_musl): $$(call third_party,posix/musl/pin) $(BUILD)/posix/syscall.h posix/musl/config.mak \
		$(wildcard posix/musl/overlay/*)
	@rm -rf $(posix_musl_tree) $(posix_sysroot)
	@mkdir -p $(posix_musl_tree)/obj/include/bits
	@ln -s $(CURDIR)/posix/musl/config.mak $(posix_musl_tree)/config.mak
	@cp $(BUILD)/posix/syscall.h $(posix_musl_tree)/obj/include/bits/syscall.h
	+@$(ports_tool)/progress.sh musl $(posix_musl_tree).log $(MAKE) -C $(posix_musl_tree) \
		-f $(posix_musl_source)/Makefile srcdir=$(posix_musl_source) \
		overlay=$(CURDIR)/posix/musl/overlay prefix=$(abspath $(posix_sysroot)) \
		all install-libs install-headers
	@touch $@

# The compiler of ported programs. Of the host's headers it sees the kernel's alone (linux/…, asm/…).
$(posix_cc): posix/toolchain/program.specs $(posix_musl)
	@mkdir -p $(posix_sysroot)/kernel
	@ln -sfn /usr/include/linux $(posix_sysroot)/kernel/linux
	@ln -sfn /usr/include/asm-generic $(posix_sysroot)/kernel/asm-generic
	@ln -sfn /usr/include/x86_64-linux-gnu/asm $(posix_sysroot)/kernel/asm
	@sed '/^#/d; s|@SYSROOT@|$(abspath $(posix_sysroot))|g' $< > $(@D)/program.specs
	@printf '#!/bin/sh\nexec gcc -static -no-pie -specs=%s "$$@"\n' $(abspath $(@D))/program.specs > $@
	@chmod +x $@

# Beside it: what prepares a source with configure, CMake or a plain Makefile.
posix_configure := $(BUILD)/posix/capos-configure
$(posix_configure): posix/toolchain/configure.sh posix/toolchain/capos.cmake $(posix_cc)
	@cp posix/toolchain/capos.cmake $(@D)
	@cp $< $@

posix_script := $(posix_sysroot)/lib/program.ld
$(posix_script): posix/toolchain/program.ld $(posix_musl)
	@cp $< $@

# ---- libcapos-posix: one object, of which a program sees _start and __capos_* only --------------------

posix_rooms := vfs fs fd event memory process socket syscall terminal
posix_sources := $(wildcard $(addprefix posix/,$(addsuffix /*.c,$(posix_rooms))))
posix_native_sources := $(wildcard posix/native/*.c)
posix_objects := $(posix_sources:posix/%.c=$(BUILD)/posix/obj/%.o)
posix_native_objects := $(posix_native_sources:posix/%.c=$(BUILD)/posix/obj/%.o)
posix_schema_object := $(BUILD)/posix/obj/schema.o
# of the framework: the decoder, and for capOS itself all that a native component has but its memcpy
posix_decoder_objects := $(foreach s,$(filter-out %/message.c,$(call uses_sources,capnp)),$(call guest_object,$(s)))
posix_base_objects := $(foreach s,$(call uses_sources,base capnp child start),$(call guest_object,$(s)))
posix_flags := $(GUEST_CFLAGS) -D_GNU_SOURCE -Iposix -Iposix/musl/overlay -Irepos/os/include $(INCLUDES)

define posix_object_rule
$(1): $(2) $(posix_cc) | $$(INTERFACE_HEADERS)
	$$(call say,CC,$(2))
	$(Q)mkdir -p $$(@D)
	$(Q)$(posix_cc) $$(posix_flags) -MMD -MP -c $$< -o $$@
-include $(1:.o=.d)
endef
$(foreach source,$(posix_sources) $(posix_native_sources),$(eval \
	$(call posix_object_rule,$(source:posix/%.c=$(BUILD)/posix/obj/%.o),$(source))))

# $(call posix_schema_rule,OBJECT,NAME): a configuration's schema, where `capos check` and init look for it
define posix_schema_rule
$(1): $(BUILD)/interface/$(2)/schema.c
	@mkdir -p $$(@D)
	$(Q)$(CC) $$(GUEST_CFLAGS) $$(INCLUDES) -c $$< -o $$@
	$(Q)objcopy --rename-section .rodata.$(2)_schema=.capos.schema,alloc,load,readonly,data,contents $$@
endef
$(eval $(call posix_schema_rule,$(posix_schema_object),posix_config))

# $(call posix_library,OUTPUT,OBJECTS): bundles objects, only _start and __capos_* to be seen
define posix_library
$(1): $(2)
	$$(call say,LD,$$(notdir $$@))
	$(Q)mkdir -p $$(@D)
	$(Q)ld -r -T posix/toolchain/library.ld -o $$@.all $(2)
	$(Q)objcopy --wildcard --keep-global-symbol=_start --keep-global-symbol='__capos_*' $$@.all $$@
	$(Q)rm $$@.all
endef
$(eval $(call posix_library,$(posix_object),\
	$(posix_objects) $(posix_native_objects) $(posix_base_objects) $(posix_schema_object)))

# ---- vfs_server: the VFS without a program -----------------------------------------------------------

vfs_server_sources := $(wildcard posix/server/*.c)
vfs_server_objects := $(vfs_server_sources:posix/%.c=$(BUILD)/posix/obj/%.o) \
	$(filter-out %/process/start.o,$(posix_objects)) $(filter-out %/native/program.o,$(posix_native_objects)) \
	$(posix_base_objects) $(BUILD)/posix/obj/vfs_server_schema.o
$(foreach source,$(vfs_server_sources),$(eval \
	$(call posix_object_rule,$(source:posix/%.c=$(BUILD)/posix/obj/%.o),$(source))))
$(eval $(call posix_schema_rule,$(BUILD)/posix/obj/vfs_server_schema.o,vfs_server_config))
$(BUILD)/components/vfs_server.debug: $(vfs_server_objects) $(posix_script)
	$(call say,LD,vfs_server)
	$(Q)mkdir -p $(@D)
	$(Q)$(posix_cc) -nostartfiles -Wl,--gc-sections -o $@ $(vfs_server_objects)
$(BUILD)/components/vfs_server: $(BUILD)/components/vfs_server.debug
	$(Q)objcopy --strip-all $< $@
COMPONENTS += $(BUILD)/components/vfs_server

# $(call posix_program,NAME,PREREQUISITES,WHAT TO LINK): the component, and its twin for the host's tests
define posix_program
$(BUILD)/components/$(1).debug: $(2) $(posix_object) $(posix_script)
	$$(call say,LD,$(1))
	$(Q)mkdir -p $$(@D)
	$(Q)$(posix_cc) -o $$@ -Wl,--start-group $(3) -Wl,--end-group
$(BUILD)/components/$(1): $(BUILD)/components/$(1).debug
	$(Q)objcopy --strip-all $$< $$@
COMPONENTS += $(BUILD)/components/$(1)

$(BUILD)/tests/programs/$(1): $(2) $(posix_linux_object) $(posix_script)
	$$(call say,LD,tests/programs/$(1))
	$(Q)mkdir -p $$(@D)
	$(Q)$(posix_cc) -nostartfiles -o $$@ $(posix_linux_object) -Wl,--start-group $(3) -Wl,--end-group
endef

# $(call posix_port,NAME,STAMP,BINARY): a component that its own Makefile has linked, once STAMP is made
define posix_port
$(BUILD)/components/$(1).debug: $(2)
	$(Q)mkdir -p $$(@D)
	$(Q)cp $(3) $$@
$(BUILD)/components/$(1): $(BUILD)/components/$(1).debug
	$(Q)objcopy --strip-all $$< $$@
COMPONENTS += $(BUILD)/components/$(1)
endef
# What such a Makefile needs before it links.
posix_ready := $(posix_configure) $(posix_object) $(posix_script)

# ---- programs of our own: a folder with program.mk, which says `sources := ...`, and `shared := ...`
# for folders of repos/*/lib whose sources several of them have in common -------------------------------

POSIX_PROGRAM_FLAGS := -std=gnu2x -O2 -g $(WARNINGS) -D_GNU_SOURCE -fno-omit-frame-pointer \
	-Irepos/test/include

# $(call posix_own_program,NAME,OBJECTS,FOLDER,SHARED OBJECTS)
define posix_own_program
$(foreach o,$(2),$(eval $(call posix_own_object,$(o),$(3)/$(notdir $(o:.o=.c)))))
$(eval $(call posix_program,$(1),$(2) $(4),$(2) $(4)))
endef
define posix_own_object
$(1): $(2) $(posix_cc)
	$$(call say,CC,$(2))
	$(Q)mkdir -p $$(@D)
	$(Q)$(posix_cc) $(POSIX_PROGRAM_FLAGS) -MMD -MP -c $$< -o $$@
-include $(1:.o=.d)
endef
posix_shared_objects = $(patsubst %.c,$(BUILD)/guest/%.o,$(wildcard $(foreach f,$(1),repos/*/lib/$(f)/*.c)))
$(foreach source,$(wildcard repos/*/lib/posix_*/*.c),$(eval \
	$(call posix_own_object,$(BUILD)/guest/$(source:.c=.o),$(source))))
define posix_program_rules
sources :=
shared :=
include $(1)
folder := $(patsubst %/,%,$(dir $(1)))
$$(call posix_own_program,$$(notdir $$(folder)),$$(addprefix $(BUILD)/guest/$$(folder)/,$$(sources:.c=.o)),$$(folder),\
	$$(call posix_shared_objects,$$(shared)))
endef
$(foreach program,$(wildcard repos/*/app/*/program.mk),$(eval $(call posix_program_rules,$(program))))

# The list of all system calls: done, or why not.
.PHONY: posix-calls
posix-calls: ## the system calls: which are done, and why the others are not
	@sed -n 's/^\(DONE\|DIRECT\)(\(.*\))/done     \2/p; s/^MISSING(\(.*\), "\(.*\)")/ENOSYS   \1: \2/p' \
		posix/syscall/syscalls.def
