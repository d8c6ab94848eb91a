# SPDX-License-Identifier: MIT
#
# Rings and message pages that change between any two reads of the kernel's: its own C files on the
# host, where each read of shared memory calls back. `make test` plays SHAKE_ROUNDS, `make fuzz` a million.

SHAKE_ROUNDS ?= 20000
SHAKE_SEED   ?= 1

shaken_sources := $(filter-out tests/base-kernel/%,$(kernel_test_sources)) tests/shaken/shaken_test.c

$(call host_test,shaken,$(shaken_sources),-fno-strict-aliasing -Dsched_yield=kernel_sched_yield \
	-include tests/shaken/shaken_reads.h -Itests/support/kernel,\
	$(addprefix -Xlinker --wrap=,$(kernel_test_wrapped)))

$(BUILD)/tests/shaken.passed: export SHAKE_ROUNDS := $(SHAKE_ROUNDS)
$(BUILD)/tests/shaken.passed: export SHAKE_SEED := $(SHAKE_SEED)

FUZZ_TARGETS += fuzz-shaken
.PHONY: fuzz-shaken
fuzz-shaken: $(BUILD)/tests/shaken
	SHAKE_ROUNDS=1000000 SHAKE_SEED=$(SHAKE_SEED) $<
