# SPDX-License-Identifier: MIT
#
# Proofs of kernel code by Frama-C's WP: units.lua says what is proved, README.md what that means.

prove_units   := $(shell sed -n 's/^\t\([a-z_]*\) = {$$/\1/p' tests/prove/units.lua)
prove_scripts := $(wildcard tests/prove/*.lua) tests/prove/assumed.h
prove_sources := $(wildcard base-kernel/*/*.[ch])
prove_rows    := $(prove_units:%=$(BUILD)/prove/%.proved)

# One after the other: each proof keeps two processors busy, or all that there are.
$(BUILD)/prove/%.proved: $(prove_scripts) $(prove_sources) | $(INTERFACE_HEADERS) $(BUILD)/prove/why3.conf
	$(call say,PROVE,$*)
	$(Q)lua5.4 tests/prove/main.lua $(BUILD) $* > $@.part
	$(Q)mv $@.part $@

$(BUILD)/prove/why3.conf:
	$(Q)mkdir -p $(@D)
	$(Q)WHY3CONFIG=$@ why3 config detect > $(@D)/why3.log 2>&1 || { cat $(@D)/why3.log; exit 1; }

PROVE_TARGETS += prove-units
.PHONY: prove-units
prove-units: $(prove_rows)
	@sort $(prove_rows) | lua5.4 tests/prove/table.lua

PROVE_TARGETS += test-prove
.PHONY: test-prove
test-prove: $(BUILD)/prove/mutants.passed $(BUILD)/prove/assumptions.passed

$(BUILD)/prove/mutants.passed: $(prove_rows)
	$(call say,TEST,breaks of what is proved)
	$(Q)lua5.4 tests/prove/mutants_test.lua $(BUILD) > $(@:.passed=.log) 2>&1 || { cat $(@:.passed=.log); exit 1; }
	$(Q)touch $@

$(BUILD)/prove/assumptions.passed: $(prove_scripts) $(prove_sources) $(wildcard tests/prove/*.smt2) tests/prove/README.md
	$(call say,TEST,what proofs assume)
	$(Q)mkdir -p $(@D)
	$(Q)printf '%s\n' $(prove_sources) | lua5.4 tests/prove/assumptions.lua
	$(Q)touch $@
