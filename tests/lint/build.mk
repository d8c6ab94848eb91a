# SPDX-License-Identifier: MIT
#
# What compilers do not say: who includes whom, headers that compile alone, the form of texts.
# Of our own files only: tracked ones, and new ones that git does not ignore.

lint_files := git ls-files --cached --others --exclude-standard
lint_headers := $(filter-out posix/musl/overlay/%,$(wildcard $(shell $(lint_files) '*.h')))
lint_scripts := $(wildcard tests/lint/*.lua)
lint_ok := $(BUILD)/lint

.PHONY: lint lint-text lint-headers lint-kernel
lint: lint-text lint-headers lint-kernel $(lint_ok)/self-test.ok ## what compilers do not say: rooms, headers, form

lint-text: $(lint_scripts)
	$(call say,LINT,texts)
	$(Q)$(lint_files) | lua5.4 tests/lint/main.lua

$(lint_ok)/self-test.ok: $(lint_scripts)
	$(call say,LINT,self-test)
	$(Q)mkdir -p $(@D)
	$(Q)lua5.4 tests/lint/lint_test.lua > $(@:.ok=.log) || { cat $(@:.ok=.log); exit 1; }
	$(Q)touch $@

# The kernel stays small: lines without comments, by cloc.
lint_kernel_c   := 8000
lint_kernel_asm := 500

lint-kernel:
	$(call say,LINT,kernel lines)
	$(Q)cloc --quiet --csv --include-lang=C,"C/C++ Header",Assembly base-kernel | awk -F, \
		'$$2 ~ /^C/ { c += $$5 } $$2 == "Assembly" { a = $$5 } \
		END { if (c <= $(lint_kernel_c) && a <= $(lint_kernel_asm) && c > 0) exit 0; \
		print "base-kernel: " c " lines of C (of $(lint_kernel_c)), " a " of assembly (of $(lint_kernel_asm))"; exit 1 }'

HOST_TEST_TARGETS += test-lint
.PHONY: test-lint
test-lint: $(lint_ok)/self-test.ok

# ---- every header compiles alone ---------------------------------------------------------------

# A room's own -I, and the flags its sources are compiled with.
lint_native := $(GUEST_CFLAGS) $(INCLUDES) -isystem repos/base/include/freestanding
lint_hosted := $(HOST_CFLAGS) $(INCLUDES) -D_GNU_SOURCE
lint_flags_base-kernel = $(KERNEL_CFLAGS)
lint_flags_core  = $(lint_native) -Icore
lint_flags_init  = $(lint_hosted) -Iinit $(lint_lua)
lint_flags_posix = $(lint_hosted) -Iposix -Iposix/musl/overlay -Irepos/os/include
lint_flags_repos = $(if $(filter repos/base/lib/codec/%,$(1)),$(lint_hosted) $(lint_lua),$(lint_native)) \
	$(addprefix -I,$(wildcard repos/*/include))
lint_flags_runs  = $(lint_hosted) -Iruns/tool -Iinit $(lint_lua)
lint_flags_tests = $(lint_hosted) -Itests/base-kernel -Itests/support/kernel -Iposix -Irepos/os/include -Itests/posix/support/slot
lint_lua := $(LUA_CFLAGS)

# $(call lint_header_rule,HEADER,INCLUDED AS,FLAGS)
define lint_header_rule
$(lint_ok)/$(1).ok: $(1) | $$(INTERFACE_HEADERS)
	$(Q)mkdir -p $$(@D)
	$(Q)echo '#include "$(2)"' | $(CC) $(3) -I. -fsyntax-only -MMD -MP -MF $$(@:.ok=.d) -MT $$@ -x c - \
		|| { echo "$(1): does not compile alone"; exit 1; }
	$(Q)touch $$@
-include $(lint_ok)/$(1).d
endef

lint_room = $(firstword $(subst /, ,$(1)))
$(foreach h,$(lint_headers),$(eval \
	$(call lint_header_rule,$(h),$(h),$(call lint_flags_$(call lint_room,$(h)),$(h)))))
$(foreach h,$(INTERFACE_HEADERS),$(eval $(call lint_header_rule,$(h),$(h),$(lint_native))))

lint-headers: $(addprefix $(lint_ok)/,$(addsuffix .ok,$(lint_headers) $(INTERFACE_HEADERS)))

# ---- form --------------------------------------------------------------------------------------

.PHONY: format
format: ## apply .clang-format to all C files of ours
	$(call say,FORMAT,all)
	$(Q)$(lint_files) '*.c' '*.h' | grep -v '^posix/musl/overlay/' | xargs -r ls -d 2> /dev/null \
		| xargs -r clang-format-14 -i

# ---- for editors -------------------------------------------------------------------------------

# The objects that make knows of, and what it would do for them. musl is not asked: it makes itself.
.PHONY: compile_commands
compile_commands: $(INTERFACE_HEADERS) ## write compile_commands.json into the build folder, for clangd
	$(call say,COMMANDS,$(BUILD)/compile_commands.json)
	$(Q)$(MAKE) --no-print-directory -pq nothing 2> /dev/null \
		| sed -n 's|^\($(BUILD)/[^:%]*\.o\):.*|\1|p' | sort -u > $(BUILD)/compile_commands.objects
	$(Q)$(MAKE) --no-print-directory -Bnk V=1 -o $(BUILD)/posix/musl.built -o $(BUILD)/posix/capos-cc \
		-o $(BUILD)/ports/lua/liblua.a $(addprefix -o ,$(INTERFACE_HEADERS)) \
		$$(cat $(BUILD)/compile_commands.objects) 2> /dev/null \
		| lua5.4 tests/lint/compile_commands.lua $(CURDIR) > $(BUILD)/compile_commands.json
