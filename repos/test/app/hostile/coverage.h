/* SPDX-License-Identifier: MIT */
/*
 * Coverage: how often each method, and each kind of a ring's entries, has been answered with which
 * status, by whatever attack. Who judges it is not here: the table is told to the log.
 */
#pragma once

#include <base/env.h>

void coverage_note(uint32_t interface, uint16_t method, uint64_t status);
void coverage_note_ring(uint8_t op, uint64_t status);
/* How often a method has been accepted. */
uint32_t coverage_accepted(unsigned method);
/* One line for each: its name, then for each status seen its name and how often. */
void coverage_tell(struct env *env);
