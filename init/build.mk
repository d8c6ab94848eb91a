# SPDX-License-Identifier: MIT
#
# Policies and plans, for whoever links them: init on the target, the tool and tests on the host.
#
#   PLAN_SOURCES     the plan: validate, resolve, explain, its binary form; needs PLAN_LIBRARIES
#   POLICY_SOURCES   the policy language on top of it; needs Lua besides
#   POLICY_FLAGS     for compiling either

PLAN_SOURCES   := $(sort $(wildcard init/plan/*.c)) $(BUILD)/interface/plan/schema.c
POLICY_SOURCES := $(sort $(wildcard init/lua/*.c))
PLAN_LIBRARIES := $(wildcard repos/base/lib/codec/*.c) \
	$(filter-out %/message.c,$(wildcard repos/base/lib/capnp/*.c))
POLICY_FLAGS   := -Iinit
