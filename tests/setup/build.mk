# SPDX-License-Identifier: MIT

$(call host_test,setup,tests/setup/setup_test.c)
$(BUILD)/tests/setup.passed: $(wildcard repos/ports/tool/*)
