/* SPDX-License-Identifier: MIT */
/*
 * assert: what our own code guarantees. A failure is a kernel bug and panics;
 * what comes from outside the kernel is checked and refused instead.
 */
#pragma once

_Noreturn void assert_failed(const char *expression, const char *file, int line);

#define assert(expression) ((expression) ? (void)0 : assert_failed(#expression, __FILE__, __LINE__))
