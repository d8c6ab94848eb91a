# SPDX-License-Identifier: MIT
# Tests of the schema compiler, the generated code and the codec.

rich_schema := tests/repos/base/interface/rich.capnp
$(eval $(call interface_rule,$(rich_schema)))

capnp_sources := $(filter-out %/message.c,$(wildcard repos/base/lib/capnp/*.c))
codec_sources := $(wildcard repos/base/lib/codec/*.c)
rich_sources  := $(BUILD)/interface/rich/schema.c

$(call host_test,capnp_reader,tests/repos/base/lib/capnp/reader_test.c $(capnp_sources))
$(call host_test,capnp_view,tests/repos/base/lib/capnp/view_test.c $(capnp_sources))
$(call host_test,capnp_call,tests/repos/base/lib/capnp/call_test.c $(capnp_sources) \
	repos/base/lib/capnp/message.c)
$(call host_test,codec,tests/repos/base/lib/codec/codec_test.c $(codec_sources) $(capnp_sources) \
	$(rich_sources),$(LUA_CFLAGS),$(LUA_LIBS) -lm)

# ---- the capnp tool as oracle ------------------------------------------------------------------

ORACLE_MESSAGES ?= 2000
ORACLE_SEED     ?= 1

$(call host_program,codec_oracle,tests/repos/base/lib/codec/oracle.c $(codec_sources) \
	$(capnp_sources) $(rich_sources),$(SANITIZE) $(LUA_CFLAGS),$(LUA_LIBS) -lm)

HOST_TEST_TARGETS += test-codec-oracle
.PHONY: test-codec-oracle
test-codec-oracle: $(BUILD)/tests/codec_oracle.passed
$(BUILD)/tests/codec_oracle.passed: $(BUILD)/host/codec_oracle tests/repos/base/lib/codec/oracle.lua
	$(call say,TEST,codec_oracle)
	$(Q)mkdir -p $(BUILD)/tests/codec_oracle
	$(Q)$< tests/repos/base/lib/codec/oracle.lua $(BUILD)/tests/codec_oracle $(rich_schema) \
		repos/base/interface $(ORACLE_MESSAGES) $(ORACLE_SEED) > $(BUILD)/tests/codec_oracle.log
	$(Q)touch $@

# ---- refusals of the compiler, and whether what it writes stands alone ---------------------------

HOST_TEST_TARGETS += test-schema-refusals test-schema-headers
.PHONY: test-schema-refusals test-schema-headers
test-schema-refusals: $(BUILD)/tests/schema_refusals.passed
$(BUILD)/tests/schema_refusals.passed: tests/repos/base/schema_compiler/refusals_test.lua \
		$(wildcard $(SCHEMA_COMPILER)/*.lua) repos/base/interface/capos.capnp
	$(call say,TEST,schema_refusals)
	$(Q)mkdir -p $(BUILD)/tests/schema_refusals
	$(Q)lua5.4 $< $(BUILD)/tests/schema_refusals > $(BUILD)/tests/schema_refusals.log
	$(Q)touch $@

HEADER_COMPILERS ?= gcc clang-14

test-schema-headers: $(BUILD)/tests/schema_headers.passed
$(BUILD)/tests/schema_headers.passed: $(INTERFACE_HEADERS) $(wildcard repos/base/include/base/*.h)
	$(call say,TEST,schema_headers)
	$(Q)rm -rf $(BUILD)/tests/schema_headers && mkdir -p $(BUILD)/tests/schema_headers
	$(Q)for header in $(patsubst $(BUILD)/interface/%,%,$(INTERFACE_HEADERS)); do \
		echo "#include <$$header>" > $(BUILD)/tests/schema_headers/$$(echo $$header | tr / _).c; done
	$(Q)for compiler in $(HEADER_COMPILERS); do $$compiler -fsyntax-only -std=gnu2x $(WARNINGS) \
		$(INCLUDES) $(BUILD)/tests/schema_headers/*.c || exit 1; done
	$(Q)touch $@

# ---- fuzzers: a short deterministic run in `make test`, a long one in `make fuzz` -----------------

FUZZ_CC      ?= clang-14
FUZZ_RUNS    ?= 20000
FUZZ_SECONDS ?= 60
FUZZ_CFLAGS  := -std=gnu2x -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

# $(call fuzzer,NAME,SOURCES,LIBS): seeds come from $(BUILD)/fuzz/seeds/NAME
define fuzzer
HOST_TEST_TARGETS += test-fuzz-$(1)
FUZZ_TARGETS += fuzz-$(1)
.PHONY: test-fuzz-$(1) fuzz-$(1)
$(BUILD)/fuzz/$(1): $(2) $(wildcard repos/base/include/base/*.h repos/base/lib/*/*.h) | $(INTERFACE_HEADERS)
	$$(call say,FUZZCC,$(1))
	$(Q)mkdir -p $$(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) $(INCLUDES) -Irepos/base/lib $(LUA_CFLAGS) -o $$@ $(2) $(3)
$(BUILD)/tests/fuzz_$(1).passed: $(BUILD)/fuzz/$(1) $(BUILD)/fuzz/seeds.made
	$$(call say,TEST,fuzz_$(1))
	$(Q)mkdir -p $$(@D)
	$(Q)cd $(BUILD)/fuzz && ./$(1) -runs=$(FUZZ_RUNS) -seed=1 -max_len=4096 -timeout=10 seeds/$(1)_short seeds/$(1) \
		> ../tests/fuzz_$(1).log 2>&1 || { tail -40 ../tests/fuzz_$(1).log; exit 1; }
	$(Q)touch $$@
test-fuzz-$(1): $(BUILD)/tests/fuzz_$(1).passed
fuzz-$(1): $(BUILD)/fuzz/$(1) $(BUILD)/fuzz/seeds.made
	$(Q)mkdir -p $(BUILD)/fuzz/corpus/$(1)
	$(Q)cd $(BUILD)/fuzz && ./$(1) -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -timeout=10 corpus/$(1) seeds/$(1)
endef

$(eval $(call fuzzer,capnp_view,tests/repos/base/lib/capnp/view_fuzz.c $(capnp_sources)))
$(eval $(call fuzzer,codec,tests/repos/base/lib/codec/codec_fuzz.c $(codec_sources) $(capnp_sources) \
	$(rich_sources),$(LUA_LIBS) -lm))

$(BUILD)/fuzz/seeds.made: $(BUILD)/host/codec_oracle tests/repos/base/lib/codec/corpus.lua
	$(Q)mkdir -p $(foreach f,capnp_view codec,$(BUILD)/fuzz/seeds/$(f) $(BUILD)/fuzz/seeds/$(f)_short)
	$(Q)$< tests/repos/base/lib/codec/corpus.lua $(BUILD)/fuzz/seeds/capnp_view $(BUILD)/fuzz/seeds/codec
	$(Q)touch $@

# The component library's logic.
$(call host_test,base_library,tests/repos/base/lib/base/base_test.c \
	$(addprefix repos/base/lib/base/,slots.c format.c heap.c) $(wildcard repos/base/lib/capnp/*.c))
$(call host_test,elf,tests/repos/base/lib/child/elf_test.c repos/base/lib/child/elf.c)
