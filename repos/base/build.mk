# SPDX-License-Identifier: MIT
# Libraries of components, and components themselves.
#
# A library is repos/*/lib/NAME/library.mk, a component a folder with component.mk; both say
# `sources :=` and `uses :=`. `libc := musl` compiles a component's own sources against musl and
# links it, for those who bring the system calls it needs (see init/libc). `generated :=` are
# further sources, by their whole path. Rooms of init are libraries as well: init_NAME.

LIBRARIES     := $(wildcard repos/*/lib/*/library.mk init/*/library.mk)
COMPONENT_MKS := $(wildcard core/component.mk init/component.mk \
	$(addsuffix /*/component.mk,repos/*/server repos/*/driver repos/*/app repos/*/test))

COMPONENTS :=

guest_object = $(BUILD)/guest/$(basename $(1)).o

# $(call guest_rule,OBJECT,SOURCE,COMPILER,FLAGS,PREREQUISITES)
define guest_rule
$(1): $(2) repos/base/build.mk | $$(INTERFACE_HEADERS) $(5)
	$$(call say,CC,$(2))
	$(Q)mkdir -p $$(@D)
	$(Q)$(3) $$(GUEST_CFLAGS) $$(INCLUDES) $(4) -MMD -MP -c -o $$@ $$<
-include $(1:.o=.d)
endef

# Which repository may include which is looked at by `make lint`.
REPOSITORY_INCLUDES := $(addprefix -I,$(filter-out repos/base/include,$(wildcard repos/*/include)))

# Native code leaves the vector registers alone, since to have used them makes the next switch
# dearer; a component that calculates with them says `vectors := yes`.
WITHOUT_VECTORS := -mgeneral-regs-only
NATIVE_FLAGS := -isystem repos/base/include/freestanding $(REPOSITORY_INCLUDES)
NATIVE_LDFLAGS := -Wl,--gc-sections -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 -Wl,--build-id=none \
	-Wl,-T,repos/base/component.ld

# Made by posix/ and repos/ports/lua; see there.
MUSL_CC      := $(BUILD)/posix/capos-cc
MUSL_SCRIPT  := $(BUILD)/posix/sysroot/lib/program.ld
MUSL_LUA     := $(BUILD)/ports/lua/liblua.a
MUSL_FLAGS   := -I$(BUILD)/third-party/lua/src -D_GNU_SOURCE -Iinit $(REPOSITORY_INCLUDES)

library_folder = $(patsubst %/,%,$(dir $(1)))
library_name_of = $(if $(filter repos/%,$(1)),$(notdir $(library_folder)),$(subst /,_,$(library_folder)))

define library_rules
sources :=
uses :=
libc :=
generated :=
vectors :=
include $(1)
library_name := $(call library_name_of,$(1))
library_$$(library_name) := $$(addprefix $(dir $(1)),$$(sources)) $$(generated)
library_uses_$$(library_name) := $$(uses)
$$(eval $$(call library_objects,$$(library_$$(library_name)),$$(libc)))
endef
define library_objects
$(foreach s,$(1),$(eval $(call guest_rule,$(call guest_object,$(s)),$(s),$(if $(2),$(MUSL_CC),$(CC)),$(if $(2),$(MUSL_FLAGS) $(if $(filter no,$(vectors)),$(WITHOUT_VECTORS)),$(NATIVE_FLAGS) $(WITHOUT_VECTORS)),$(if $(2),$(MUSL_CC) $(MUSL_LUA)))))
endef
$(foreach l,$(LIBRARIES),$(eval $(call library_rules,$(l))))

# All sources of the libraries that are used, directly or not.
uses_closure = $(sort $(1) $(foreach u,$(1),$(if $(library_uses_$(u)),$(call uses_closure,$(library_uses_$(u))))))
uses_sources = $(foreach u,$(call uses_closure,$(1)),$(library_$(u)))

define component_rules
sources :=
uses :=
libc :=
generated :=
vectors :=
start := start
include $(1)
component_dir := $(patsubst %/,%,$(dir $(1)))
$$(eval $$(call component_link,$$(notdir $$(component_dir)),$$(addprefix $$(component_dir)/,$$(sources)) $$(call config_schema,$$(component_dir)) $$(generated),$$(uses) $$(start),$$(component_dir),$$(libc)))
endef

# $(call component_link,NAME,SOURCES,USES,DIR,LIBC)
define component_link
component_objects_$(1) := $$(foreach s,$(2) $$(call uses_sources,base capnp $(if $(5),,freestanding) $(3)),$$(call guest_object,$$(s)))
COMPONENTS += $(BUILD)/components/$(1)
$$(foreach s,$(2),$$(eval $$(call guest_rule,$$(call guest_object,$$(s)),$$(s),$(if $(5),$(MUSL_CC),$$(CC)),$(if $(5),$$$$(MUSL_FLAGS) $$(if $$(filter no,$$(vectors)),$(WITHOUT_VECTORS)),$$(NATIVE_FLAGS) $$(if $$(vectors),,$(WITHOUT_VECTORS))) -I$(4),$(if $(5),$(MUSL_CC) $(MUSL_LUA)))))
$(BUILD)/components/$(1).debug: $$(component_objects_$(1)) $(if $(5),$(MUSL_CC) $(MUSL_LUA) $(MUSL_SCRIPT),repos/base/component.ld)
	$$(call say,LD,$(1))
	$(Q)mkdir -p $$(@D)
	$(Q)$(if $(5),$(MUSL_CC) -nostartfiles -o $$@ $$(component_objects_$(1)) $(MUSL_LUA) -lc,\
		$$(CC) -nostdlib -static -no-pie $$(NATIVE_LDFLAGS) -o $$@ $$(component_objects_$(1)))
$(BUILD)/components/$(1): $(BUILD)/components/$(1).debug
	$(Q)objcopy --strip-all $$< $$@
endef
$(foreach c,$(COMPONENT_MKS),$(eval $(call component_rules,$(c))))

