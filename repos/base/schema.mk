# SPDX-License-Identifier: MIT
# Interfaces: every NAME.capnp becomes $(BUILD)/interface/NAME/*.{h,c}.
#
# A component's config.capnp becomes $(BUILD)/interface/FOLDER_config/; its
# schema.c goes into the component, as the ELF section .capos.schema.
#
#   INTERFACES          all schema files
#   INTERFACE_HEADERS   all headers made from them: order-only prerequisite of whatever includes some
#   CONFIGS             the config.capnp files
#   $(call config_schema,FOLDER)   the schema.c of a component's configuration, or nothing

SCHEMA_COMPILER := repos/base/schema_compiler
CAPNPC := $(SCHEMA_COMPILER)/main.lua

CONFIGS := $(wildcard $(addsuffix /*/config.capnp,init core repos/*/server repos/*/driver \
	repos/*/app repos/*/test) init/config.capnp core/config.capnp)
INTERFACES := $(wildcard $(addsuffix /interface/*.capnp,base-kernel repos/* core init posix))
INTERFACE_ROOMS := $(patsubst %/,%,$(sort $(dir $(INTERFACES))))

SCHEMA_OUTPUTS := words.h types.h client.h server.h methods.h schema.h schema.c

interface_name = $(if $(filter config.capnp,$(notdir $(1))),$(notdir $(patsubst %/,%,$(dir \
	$(1))))_config,$(basename $(notdir $(1))))
interface_folder = $(BUILD)/interface/$(call interface_name,$(1))
config_schema = $(if $(wildcard $(1)/config.capnp),$(call interface_folder,$(1)/config.capnp)/schema.c)

# Interfaces are named by their file alone, so no two may have the same name.
define interface_rule
$(addprefix $(call interface_folder,$(1))/,$(SCHEMA_OUTPUTS)) &: $(1) $(wildcard $(SCHEMA_COMPILER)/*.lua)
	$(call say,SCHEMA,$(1))
	$(Q)mkdir -p $(call interface_folder,$(1))
	$(Q)capnp compile --no-standard-import $(addprefix -I,$(INTERFACE_ROOMS)) -o- $(1) \
		> $(call interface_folder,$(1))/request
	$(Q)lua5.4 $(CAPNPC) --out $(call interface_folder,$(1)) --name $(call interface_name,$(1)) \
		--target '$(call interface_folder,$(1))/schema.c' $(addprefix --import ,$(INTERFACE_ROOMS)) \
		$(if $(filter config.capnp,$(notdir $(1))),--section) < $(call interface_folder,$(1))/request
-include $(call interface_folder,$(1))/schema.d
INTERFACE_HEADERS += $(addprefix $(call interface_folder,$(1))/,$(filter %.h,$(SCHEMA_OUTPUTS)))
INTERFACE_SOURCES += $(call interface_folder,$(1))/schema.c
endef

$(foreach file,$(INTERFACES) $(CONFIGS),$(eval $(call interface_rule,$(file))))

.PHONY: interfaces
interfaces: $(INTERFACE_HEADERS) $(INTERFACE_SOURCES)
