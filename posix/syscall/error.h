/* SPDX-License-Identifier: MIT */
/*
 * The framework's status codes as errno: the one place where they meet.
 */
#pragma once

#include <abi/status.h>

/* 0 or a negated errno. */
int error_of(enum status status);
