# SPDX-License-Identifier: MIT
# Tests of the policy language and of plans.

policy_test_sources := $(POLICY_SOURCES) $(PLAN_SOURCES) $(PLAN_LIBRARIES) \
	$(BUILD)/interface/kettle_config/schema.c
policy_test_flags := $(POLICY_FLAGS) $(LUA_CFLAGS)

$(call host_test,policy_diagnostics,tests/init/diagnostics_test.c \
	repos/test/lib/golden_policy/golden_policy.c $(policy_test_sources),\
	$(policy_test_flags) -Irepos/test/include,$(LUA_LIBS))
$(call host_test,policy,tests/init/lua/policy_test.c $(policy_test_sources),\
	$(policy_test_flags),$(LUA_LIBS))
$(call host_test,policy_library,tests/init/lua/library_test.c $(policy_test_sources),\
	$(policy_test_flags),$(LUA_LIBS))
$(call host_test,plan_resolve,tests/init/plan/resolve_test.c $(PLAN_SOURCES) $(PLAN_LIBRARIES),\
	$(policy_test_flags),$(LUA_LIBS))
$(call host_test,plan_parts,tests/init/plan/parts_test.c $(PLAN_SOURCES) $(PLAN_LIBRARIES),\
	$(policy_test_flags),$(LUA_LIBS))

$(call host_test,init_pages,tests/init/libc/pages_test.c init/libc/pages.c,-Iinit)

# the golden files are no sources of the test program
$(BUILD)/tests/policy_diagnostics.passed: $(wildcard tests/init/diagnostics/* tests/init/diagnostics/include/*)

# Every message of the policy code is in a golden file: of a wrong policy, or of a command.
HOST_TEST_TARGETS += test-policy_diagnostics_coverage
.PHONY: test-policy_diagnostics_coverage
test-policy_diagnostics_coverage: tests/init/diagnostics_coverage.lua
	$(call say,TEST,policy_diagnostics_coverage)
	$(Q)mkdir -p $(BUILD)/tests
	$(Q)lua5.4 $< tests/init/diagnostics/*.expected tests/runs/tool/policies/*.expected \
		-- init/lua/*.c init/plan/*.c \
		> $(BUILD)/tests/policy_diagnostics_coverage.log || \
		{ cat $(BUILD)/tests/policy_diagnostics_coverage.log; exit 1; }
