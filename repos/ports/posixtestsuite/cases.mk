# SPDX-License-Identifier: MIT
#
# The suite's cases, run by make -f with SOURCE (the unpacked suite), OUT, CC (capos-cc) and LINUX_CC
# (plain musl's): the cases of an interface become one program, OUT/capos/INTERFACE, and from the same
# objects OUT/linux/INTERFACE. OUT/cases lists them. A case without a main need only compile; one that does
# not (some count on what glibc's headers include beside) is left out, the reason is in its .log.

here := $(dir $(lastword $(MAKEFILE_LIST)))
sources := $(patsubst $(SOURCE)/conformance/interfaces/%,%, \
	$(shell find $(SOURCE)/conformance/interfaces -name '[0-9]*-[0-9]*.c' ! -name '*buildonly*' | sort))
interfaces := $(sort $(foreach s,$(sources),$(firstword $(subst /, ,$(s)))))
flags := -std=gnu99 -O2 -w -D_POSIX_C_SOURCE=200112L -D_XOPEN_SOURCE=600 -I$(SOURCE)/include
# a case that calls what musl does not have ends at that call, on both
link := -Wl,--unresolved-symbols=ignore-all

programs := $(foreach i,$(interfaces),$(OUT)/capos/$(i) $(OUT)/linux/$(i))
all: $(programs) $(OUT)/linux/runner $(OUT)/cases
.PHONY: all
.SECONDARY:
.DELETE_ON_ERROR:

# The name of a case's main function: fork/speculative/3-1 -> case_speculative_3_1
symbol = case_$(subst -,_,$(subst /,_,$(1)))
case_of = $(patsubst $(firstword $(subst /, ,$(1)))/%,%,$(1))

define case_rule
$(OUT)/object/$(1).o: $(SOURCE)/conformance/interfaces/$(1).c
	@mkdir -p $$(@D)
	@echo "  CASE     $(1)"
	@$(CC) $(flags) -c $$< -o $$@ 2> $$@.log && objcopy --redefine-sym main=$(call symbol,$(call case_of,$(1))) \
		--keep-global-symbol=$(call symbol,$(call case_of,$(1))) $$@ || $(CC) -xc -c /dev/null -o $$@
endef
$(foreach s,$(sources:.c=),$(eval $(call case_rule,$(s))))

define interface_rule
$(1)_objects := $(addprefix $(OUT)/object/,$(patsubst %.c,%.o,$(filter $(1)/%,$(sources))))
$(OUT)/object/$(1).cases: $$($(1)_objects)
	@for object in $$^; do \
		name=$$$${object#$(OUT)/object/$(1)/}; name=$$$${name%.o}; \
		symbol=case_$$$$(echo $$$$name | tr /- __); \
		if nm $$$$object | grep -q " T $$$$symbol$$$$"; then echo "$(1) $$$$name $$$$symbol"; fi; \
	done > $$@
$(OUT)/object/$(1).table.c: $(OUT)/object/$(1).cases
	@awk '{ print "int " $$$$3 "(int, char **);"; row = row "\t{\"" $$$$2 "\", " $$$$3 "},\n" } \
		END { print "const struct { const char *name; int (*main)(int, char **); } cases[] = {\n" \
		row "\t{0, 0},\n};" }' $$< > $$@
$(OUT)/capos/$(1): $(OUT)/object/driver.o $(OUT)/object/$(1).table.o $$($(1)_objects) $(LIBRARY)
	@mkdir -p $$(@D)
	@echo "  LD       $(1)"
	@$(CC) -s $(link) -o $$@ $$(filter-out $(LIBRARY),$$^)
$(OUT)/linux/$(1): $(OUT)/object/driver.o $(OUT)/object/$(1).table.o $$($(1)_objects)
	@mkdir -p $$(@D)
	@$(LINUX_CC) -static $(link) -o $$@ $$^
endef
$(foreach i,$(interfaces),$(eval $(call interface_rule,$(i))))

$(OUT)/object/%.table.o: $(OUT)/object/%.table.c
	@$(CC) -O2 -c $< -o $@
$(OUT)/object/%.o: $(here)%.c
	@mkdir -p $(@D)
	@$(CC) -std=gnu2x -O2 -Wall -Wextra -Werror -c $< -o $@
$(OUT)/linux/runner: repos/test/app/case_runner/main.c
	@mkdir -p $(@D)
	@$(LINUX_CC) -std=gnu2x -D_GNU_SOURCE -O2 -static -o $@ $<
$(OUT)/cases: $(foreach i,$(interfaces),$(OUT)/object/$(i).cases)
	@cat $^ | cut -d ' ' -f 1,2 > $@
