/* SPDX-License-Identifier: MIT */
/*
 * The suites. Each measures, and reports as `bench ID VALUE instructions`.
 */
#pragma once

#include <base/env.h>

enum status kernel_suite(struct env *env);
enum status memory_suite(struct env *env);
enum status ipc_suite(struct env *env);
enum status session_suite(struct env *env, const char *id);
enum status sessions_suite(struct env *env, uint32_t count);
enum status clock_suite(struct env *env);
enum status irq_suite(struct env *env);
enum status child_suite(struct env *env);
