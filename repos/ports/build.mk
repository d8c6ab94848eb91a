# SPDX-License-Identifier: MIT
#
# Third-party sources: $(call third_party,PIN) is the stamp of the unpacked, verified source of the pin's
# folder. A recipe that needs $(BUILD)/third-party/NAME depends on it.

ports_tool := repos/ports/tool
third_party = $(BUILD)/third-party/$(notdir $(patsubst %/,%,$(dir $(1)))).fetched

define third_party_rule
$(call third_party,$(1)): $(1) $(ports_tool)/fetch.sh $(ports_tool)/apt_sources.sh
	@mkdir -p $$(@D)
	$(ports_tool)/fetch.sh $(1) $$(@D)
	@touch $$@
endef
$(foreach pin,posix/musl/pin $(wildcard repos/ports/*/pin),$(eval $(call third_party_rule,$(pin))))

# A port of capOS's musl comes with posix/build.mk, which is read first.
include $(wildcard repos/ports/*/port.mk)

fresh: ## proves that a fresh machine can do it all (root, network): debootstrap, make test, make run
	repos/ports/tool/fresh.sh $(BUILD)/fresh
