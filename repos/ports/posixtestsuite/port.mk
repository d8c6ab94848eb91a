# SPDX-License-Identifier: MIT
#
# The Open POSIX test suite: every case runs in a process of its own, on capOS (`make conformance`) and,
# linked with the same musl without our overlay, on the development machine (`make conformance-linux`).

conformance := $(BUILD)/ports/posixtestsuite
conformance_room := repos/ports/posixtestsuite
conformance_musl := $(abspath $(conformance))/musl

$(conformance)/musl.built: $(call third_party,posix/musl/pin)
	@rm -rf $(conformance_musl) $(conformance_musl).build
	@mkdir -p $(conformance_musl).build
	@cd $(conformance_musl).build && $(posix_musl_source)/configure --disable-shared \
		--prefix=$(conformance_musl) --enable-wrapper=gcc > configure.output 2>&1
	+@$(ports_tool)/progress.sh "musl for Linux" $(conformance_musl).log \
		$(MAKE) -C $(conformance_musl).build install
	@touch $@

.PHONY: conformance-cases
conformance-cases: $(call third_party,$(conformance_room)/pin) $(posix_ready) $(conformance)/musl.built
	+@$(ports_tool)/progress.sh "conformance" $(abspath $(conformance)).log \
		$(MAKE) -f $(conformance_room)/cases.mk SOURCE=$(abspath $(BUILD))/third-party/posixtestsuite \
		OUT=$(abspath $(conformance)) CC=$(abspath $(posix_cc)) LIBRARY=$(abspath $(posix_object)) \
		LINUX_CC=$(conformance_musl)/bin/musl-gcc
	@mkdir -p $(conformance)/result/capos $(conformance)/result/linux
	@lua5.4 $(conformance_room)/verdicts.lua $(conformance_room) $(conformance)/result --split $(conformance)/cases

# FAMILY=signals: that one alone, as often as one likes.
FAMILY ?= signals threads semaphores memory time processes queues async scheduling
conformance_verdicts = lua5.4 $(conformance_room)/verdicts.lua $(conformance_room) $(conformance)/result
.PHONY: conformance conformance-linux conformance-update
conformance: all conformance-cases ## the Open POSIX test suite inside the guest (FAMILY=signals: one family)
	@for family in $(FAMILY); do \
		sed "s|@FAMILY@|$$family|; s|@BUILD@|$(conformance)|" $(conformance_room)/family.lua \
			> $(conformance)/conformance_$$family.lua && \
		$(BUILD)/host/capos run $(conformance)/conformance_$$family.lua --build $(BUILD) --quiet || exit 1; \
		cp $(BUILD)/runs/conformance_$$family/log/case_runner.log $(conformance)/result/capos/$$family; \
	done
	@$(conformance_verdicts)

conformance-linux: conformance-cases ## the same cases on this machine's Linux, with plain musl
	@cd $(conformance)/result && for family in $(FAMILY); do \
		../linux/runner ../linux 60 $$family.cases > linux/$$family & \
	done; wait
	@$(conformance_verdicts)

conformance-update: ## notes what the last runs of both have shown
	@$(conformance_verdicts) --update
