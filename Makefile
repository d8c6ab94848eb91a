# SPDX-License-Identifier: MIT
#
# The one door. `make help` lists the verbs; each room's build.mk says what it builds.

BUILD ?= build
RUN   ?= demo

include repos/ports/tool/setup.mk

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDEXPANSION:
MAKEFLAGS += --no-builtin-rules
ifeq ($(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

Q := $(if $(V),,@)
say = @printf '  %-8s %s\n' '$(1)' '$(2)'

# ---- flags -----------------------------------------------------------------------------------

CC      := gcc
HOST_CC := gcc

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wswitch-enum -Wmissing-prototypes -Wstrict-prototypes \
	-Wold-style-definition -Wundef -Wvla -Wpointer-arith -Wcast-qual -Wwrite-strings

INCLUDES := -Ibase-kernel -Irepos/base/include -I$(BUILD)/interface

SANITIZE     := -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFLAGS  := -std=gnu2x -O2 -g $(WARNINGS)
LUA_CFLAGS    = $(shell pkg-config --cflags lua5.4)
LUA_LIBS      = $(shell pkg-config --libs lua5.4)
CHECK_LIBS    = $(shell pkg-config --libs check)

# Code that runs on capOS, in user mode. Frame pointers are kept: a fault's backtrace needs them.
GUEST_CFLAGS := -std=gnu2x -O2 -g $(WARNINGS) -ffreestanding -fbuiltin -fno-pic -fno-pie -static \
	-fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables \
	-fno-omit-frame-pointer -ftls-model=local-exec -ffunction-sections -fdata-sections

HOST_TEST_TARGETS :=
FUZZ_TARGETS      :=
PROVE_TARGETS     :=
COMMANDS          :=
CLEAN_FILES       :=

# ---- host programs and host tests --------------------------------------------------------------

# $(call host_objects,NAME,SOURCES,FLAGS): objects of one host program
define host_objects
$(foreach s,$(2),$(eval $(call host_object_rule,$(BUILD)/host/obj/$(1)/$(s:.c=.o),$(s),$(3))))
endef
define host_object_rule
$(1): $(2) | $$(INTERFACE_HEADERS)
	$$(call say,HOSTCC,$(2))
	$(Q)mkdir -p $$(@D)
	$(Q)$$(HOST_CC) $$(HOST_CFLAGS) $$(INCLUDES) $(3) -MMD -MP -c -o $$@ $$<
-include $(1:.o=.d)
COMMANDS += $(2)
endef

# $(call host_program,NAME,SOURCES,EXTRA_FLAGS,LIBS)
define host_program
$(call host_objects,$(1),$(2),$(3))
$(eval $(call host_link_rule,$(BUILD)/host/$(1),$(foreach s,$(2),$(BUILD)/host/obj/$(1)/$(s:.c=.o)),$(3),$(4)))
endef
define host_link_rule
$(1): $(2)
	$$(call say,HOSTLD,$(1))
	$(Q)mkdir -p $$(@D)
	$(Q)$$(HOST_CC) -o $$@ $(2) $$(filter -fsanitize%,$(3)) $(4)
endef

# $(call host_test,NAME,SOURCES,EXTRA_FLAGS,LIBS): a Check program with sanitizers, run by `make test`
define host_test
$(call host_objects,test-$(1),$(2),$(SANITIZE) $(3))
$(eval $(call host_link_rule,$(BUILD)/tests/$(1),$(foreach s,$(2),$(BUILD)/host/obj/test-$(1)/$(s:.c=.o)),$(SANITIZE),$$(CHECK_LIBS) $(4)))
$(eval $(call host_test_rule,$(1)))
endef
define host_test_rule
HOST_TEST_TARGETS += test-$(1)
.PHONY: test-$(1)
test-$(1): $(BUILD)/tests/$(1).passed
$(BUILD)/tests/$(1).passed: $(BUILD)/tests/$(1)
	$$(call say,TEST,$(1))
	$(Q)CK_VERBOSITY=normal CK_TIMEOUT_MULTIPLIER=30 $$< > $(BUILD)/tests/$(1).log 2>&1 || { cat $(BUILD)/tests/$(1).log; exit 1; }
	$(Q)touch $$@
endef

# ---- rooms -------------------------------------------------------------------------------------

include $(wildcard repos/base/schema.mk)
include $(wildcard base-kernel/build.mk repos/base/build.mk core/build.mk init/build.mk posix/build.mk)
include $(wildcard repos/ports/build.mk repos/os/build.mk runs/tool/build.mk)
include $(wildcard tests/build.mk tests/*/build.mk tests/*/*/build.mk)

# ---- verbs -------------------------------------------------------------------------------------

.PHONY: all run test host-test bench flame growth pictures latency coverage prove fuzz clean help

all: $(BUILD)/kernel.elf $(COMPONENTS) $(BUILD)/host/capos $(BUILD)/host/counter.so ## build everything

run: all ## boot a scenario and judge it: make run RUN=demo
	$(Q)$(BUILD)/host/capos run runs/$(RUN).lua --build $(BUILD) $(RUN_FLAGS)

test: host-test all ## all host tests, then all scenarios
	$(Q)$(BUILD)/host/capos test --build $(BUILD) $(TEST_FLAGS)

host-test: $$(HOST_TEST_TARGETS) ## the tests that need no machine

bench: all ## instruction counts, against the peers and the checked-in counts
	$(Q)$(BUILD)/host/capos bench --build $(BUILD) $(BENCH_FLAGS)

flame: all ## draw where instructions go: make flame FLAME="ipc.call0 runs/hello.lua"
	$(Q)$(BUILD)/host/capos flame --build $(BUILD) $(FLAME)

# The moment of the report is the host's; without it the same system gives the same bytes.
pictures: all ## draw the pictures of README.md anew: runs/pictures/
	$(Q)$(BUILD)/host/capos run runs/report_rom.lua --build $(BUILD) --name pictures --state --quiet
	$(Q)$(BUILD)/host/capos graph $(BUILD)/runs/pictures/state > $(BUILD)/runs/pictures/graph.svg
	$(Q)sed 's/>after [0-9.]* s, />/' $(BUILD)/runs/pictures/graph.svg > runs/pictures/graph.svg
	$(Q)$(BUILD)/host/capos flame --build $(BUILD) ipc.call0
	$(Q)cp $(BUILD)/flame/ipc.call0.svg runs/pictures/flame.svg
	$(Q)$(BUILD)/host/capos trace --build $(BUILD) --around counter_client runs/counter.lua
	$(Q)cp $(BUILD)/trace/counter.svg runs/pictures/trace.svg

growth: all ## what one of 10, 100 and 1,000 children costs, as a table and an SVG
	$(Q)$(BUILD)/host/capos growth --build $(BUILD)

latency: $(BUILD)/counted ## the longest way through the kernel with interrupts off, by scenario
	$(Q)$(BUILD)/host/capos latency --build $(BUILD) $(LATENCY_FLAGS)

coverage: $(BUILD)/counted ## which lines of the kernel the scenarios execute, by file
	$(Q)$(BUILD)/host/capos coverage --build $(BUILD)

# All scenarios, with what they execute: once for all that look at it.
$(BUILD)/counted: $(BUILD)/kernel.elf $(COMPONENTS) $(BUILD)/host/capos $(BUILD)/host/counter.so $(wildcard runs/*.lua)
	$(Q)$(BUILD)/host/capos test --build $(BUILD) --count=kernel $(TEST_FLAGS)
	$(Q)touch $@

prove: $$(PROVE_TARGETS) ## discharge the kernel's contracts, and see broken code refused

fuzz: $$(FUZZ_TARGETS) ## the fuzzers, for longer (FUZZ_SECONDS=60)

clean: ## remove what was built; fetched sources stay
	$(Q)find $(BUILD) -mindepth 1 -maxdepth 1 ! -name third-party -exec rm -rf {} +

help: ## this list
	@sed -n 's/^\([a-z_-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | sort -u | \
		while IFS="$$(printf '\t')" read -r verb text; do printf '  make %-18s %s\n' "$$verb" "$$text"; done
