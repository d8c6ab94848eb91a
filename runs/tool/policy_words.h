/* SPDX-License-Identifier: MIT */
/*
 * Policy words: lets a scenario use the words of a policy (component, service,
 * child, parent …), and turns what they built into a plan.
 *
 * The Lua module "policy_words":
 *
 *     open(build, file, text)     a table of the words, for the script of this text
 *     boot(others, handler)       the word boot: handler(table, plan, messages)
 *     plan_of_file(build, file)   the plan of a policy's source file, and messages
 *     plan_naming(rom)            the binary form of "evaluate the source in this ROM"
 *
 * A plan is { bytes =, children = { { label =, binary =, may_fault =, serves_log = }, … } }
 * with the children of nested policies, as far as they show: of an init whose policy is a ROM,
 * `policy_rom` names that. The plan is nil where the messages say what is wrong.
 * `others` are the fields of boot's table that are not the policy's.
 */
#pragma once

#include <lua.h>

int policy_words_open_module(lua_State *L);
