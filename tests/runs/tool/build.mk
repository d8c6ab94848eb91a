# SPDX-License-Identifier: MIT
#
# Tests of the host tool: its C under Check, its judge in Lua, and scenarios that must
# end in a certain way, acted out by a fake kernel in a build directory of its own.

tool_test        := tests/runs/tool
tool_fake        := $(BUILD)/tests/tool
tool_fake_kernel := $(tool_fake)/kernel.elf
tool_scenarios   := $(sort $(wildcard $(tool_test)/scenarios/*.lua))

$(call host_test,tool-line-reader,$(tool_test)/line_reader_test.c runs/tool/line_reader.c,-Iruns/tool)
$(call host_test,tool-archive,$(tool_test)/archive_test.c runs/tool/archive.c,-Iruns/tool)
$(call host_test,tool-elf-section,$(tool_test)/elf_section_test.c runs/tool/elf_section.c,-Iruns/tool)
$(call host_test,tool-machine,$(tool_test)/machine_test.c runs/tool/machine.c runs/tool/process.c \
	runs/tool/process_run.c runs/tool/interrupt.c runs/tool/line_reader.c,-Iruns/tool)

$(call host_test,tool-operation,$(tool_test)/operation_test.c runs/tool/plugin/operation.c,-Iruns/tool/plugin)
$(call host_test,tool-stacks,$(tool_test)/stacks_test.c $(addprefix runs/tool/plugin/,stacks.c call_tree.c \
	stretch.c),-Iruns/tool/plugin)

$(tool_fake_kernel): $(tool_test)/fake_kernel.c $(tool_test)/fake_kernel.S $(tool_test)/fake_kernel.ld
	$(call say,FAKE,$@)
	$(Q)mkdir -p $(tool_fake)/components
	$(Q)$(CC) -m32 -std=gnu2x -O2 $(WARNINGS) -ffreestanding -fno-pic -fno-pie -nostdlib -static \
		-fno-stack-protector -fcf-protection=none -mgeneral-regs-only -Ibase-kernel \
		-Wl,-n,--build-id=none,-z,noexecstack,-z,max-page-size=4096,-T,$(tool_test)/fake_kernel.ld \
		-o $@ $(filter %.c %.S,$^)
	$(Q)for name in core init hello log_server; do echo "no program" > $(tool_fake)/components/$$name; done

HOST_TEST_TARGETS += test-tool-policy-commands
.PHONY: test-tool-policy-commands
test-tool-policy-commands: $(BUILD)/tests/tool-policy-commands.passed
$(BUILD)/tests/tool-policy-commands.passed: $(tool_test)/policy_commands_test.lua \
		$(wildcard $(tool_test)/policies/*) $(BUILD)/host/capos
	$(call say,TEST,tool-policy-commands)
	$(Q)mkdir -p $(@D)
	$(Q)lua5.4 $< $(BUILD)/host/capos > $(@:.passed=.log) || { cat $(@:.passed=.log); exit 1; }
	$(Q)touch $@

HOST_TEST_TARGETS += test-tool-judge test-tool-budget test-tool-scenarios test-tool-commands
.PHONY: test-tool-judge test-tool-budget test-tool-scenarios test-tool-commands

test-tool-judge: $(BUILD)/tests/tool-judge.passed
$(BUILD)/tests/tool-judge.passed: $(tool_test)/judge_test.lua $(tool_test)/unit.lua $(tool_scripts)
	$(call say,TEST,tool-judge)
	$(Q)mkdir -p $(@D)
	$(Q)lua5.4 $< > $(@:.passed=.log) || { cat $(@:.passed=.log); exit 1; }
	$(Q)touch $@

test-tool-budget: $(BUILD)/tests/tool-budget.passed
$(BUILD)/tests/tool-budget.passed: $(tool_test)/budget_test.lua $(tool_test)/unit.lua $(tool_scripts)
	$(call say,TEST,tool-budget)
	$(Q)mkdir -p $(@D)
	$(Q)lua5.4 $< > $(@:.passed=.log) || { cat $(@:.passed=.log); exit 1; }
	$(Q)touch $@

test-tool-scenarios: $(BUILD)/tests/tool-scenarios.passed
$(BUILD)/tests/tool-scenarios.passed: $(tool_test)/scenarios_test.lua $(BUILD)/host/capos \
		$(tool_fake_kernel) $(tool_scenarios)
	$(call say,TEST,tool-scenarios)
	$(Q)lua5.4 $< $(BUILD)/host/capos $(tool_fake) $(tool_scenarios) \
		> $(@:.passed=.log) || { cat $(@:.passed=.log); exit 1; }
	$(Q)touch $@

test-tool-commands: $(BUILD)/tests/tool-commands.passed
$(BUILD)/tests/tool-commands.passed: $(tool_test)/commands_test.lua $(tool_test)/unit.lua \
		$(BUILD)/host/capos $(tool_fake_kernel)
	$(call say,TEST,tool-commands)
	$(Q)lua5.4 $< $(abspath $(BUILD)/host/capos) $(abspath $(tool_fake_kernel)) \
		$(abspath $(tool_fake)/tree) > $(@:.passed=.log) || { cat $(@:.passed=.log); exit 1; }
	$(Q)touch $@

$(tool_fake)/counted_kernel.elf: $(tool_test)/counted_kernel.S $(tool_test)/fake_kernel.ld
	$(call say,FAKE,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -Irepos/test/include -nostdlib -static -no-pie \
		-Wl,-n,--build-id=none,-z,noexecstack,-z,max-page-size=4096,-e,entry,-T,$(tool_test)/fake_kernel.ld -o $@ $<

HOST_TEST_TARGETS += test-tool-counter
.PHONY: test-tool-counter
test-tool-counter: $(BUILD)/tests/tool-counter.passed
$(BUILD)/tests/tool-counter.passed: $(tool_test)/counter_test.lua $(tool_test)/unit.lua $(tool_scripts) \
		$(BUILD)/host/counter.so $(tool_fake)/counted_kernel.elf
	$(call say,TEST,tool-counter)
	$(Q)mkdir -p $(tool_fake)/counted
	$(Q)lua5.4 $< $(BUILD)/host/counter.so $(tool_fake)/counted_kernel.elf $(tool_fake)/counted \
		> $(@:.passed=.log) 2>&1 || { cat $(@:.passed=.log); exit 1; }
	$(Q)touch $@

HOST_TEST_TARGETS += test-tool-new
.PHONY: test-tool-new
test-tool-new: $(BUILD)/tests/tool-new.passed
$(BUILD)/tests/tool-new.passed: $(tool_test)/new_test.lua $(tool_test)/unit.lua $(BUILD)/host/capos $(BUILD)/kernel.elf \
		$(addprefix $(BUILD)/components/,core init hello counter counter_client second_hand) \
		$(wildcard $(addprefix runs/,hello.lua counter.lua second_hand.lua))
	$(call say,TEST,tool-new)
	$(Q)mkdir -p $(tool_fake)
	+$(Q)lua5.4 $< $(abspath $(BUILD)) $(abspath $(tool_fake)/new) > $(@:.passed=.log) || { cat $(@:.passed=.log); exit 1; }
	$(Q)touch $@
