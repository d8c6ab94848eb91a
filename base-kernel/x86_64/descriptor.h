/* SPDX-License-Identifier: MIT */
/*
 * Segments, the task state with its stacks, the trap table, the system call
 * registers and the protections of CR4: all that is set once and never again.
 */
#pragma once

void descriptors_init(void);
