# SPDX-License-Identifier: MIT
#
# The model of IPC (base-kernel/model): three worlds in which no error may be found, and mutants of
# it in each of which one must be. names.lua looks whether it still speaks of the kernel's C code.

model_tool  := tests/base-kernel/model
model_files := base-kernel/model/ipc.pml $(model_tool)/run.sh

model_holds_one    :=
model_holds_twins  := -DTWINS -DCALLS=1
model_holds_middle := -DMIDDLE -DCALLS=1 -DCHANGES=1

model_fails_loan_outlives_caller := -DMUTANT_LOAN_OUTLIVES_CALLER
model_fails_lends_to_the_running := -DMUTANT_LENDS_TO_THE_RUNNING
model_fails_nobody_seeks         := -DMUTANT_NOBODY_SEEKS
model_fails_lender_of_the_dead   := -DMUTANT_LENDER_OF_THE_DEAD -DTWINS -DCALLS=1
model_fails_chain_ends_at_keep   := -DMUTANT_CHAIN_ENDS_AT_KEEP -DMIDDLE -DCALLS=1 -DCHANGES=1
model_fails_fast_to_nobody       := -DMUTANT_FAST_TO_NOBODY -DMIDDLE -DCALLS=1 -DCHANGES=1

model_runs := $(patsubst model_%,%,$(filter model_holds_% model_fails_%,$(.VARIABLES)))

$(BUILD)/model/%.passed: $(model_files)
	$(call say,MODEL,$*)
	$(Q)$(model_tool)/run.sh $(BUILD)/model/$* $(firstword $(subst _, ,$*)) $(model_$*)
	$(Q)touch $@

$(BUILD)/model/names.passed: base-kernel/model/ipc.pml $(model_tool)/names.lua \
		$(wildcard $(addprefix base-kernel/,abi/*.h object/*.[ch] sched/*.[ch] syscall/*.[ch]))
	$(call say,MODEL,names)
	$(Q)mkdir -p $(@D)
	$(Q)lua5.4 $(model_tool)/names.lua
	$(Q)touch $@

.PHONY: model prove-model test-model-names
model prove-model: $(model_runs:%=$(BUILD)/model/%.passed) $(BUILD)/model/names.passed ## explore the model of IPC with Spin, and its mutants

test-model-names: $(BUILD)/model/names.passed
HOST_TEST_TARGETS += test-model-names
lint: $(BUILD)/model/names.passed
