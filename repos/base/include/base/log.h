/* SPDX-License-Identifier: MIT */
/*
 * Log: lines of text for people, through the LOG session.
 *
 * Formats: %s text, %d %u %x numbers of int size, %ld %lu %lx of 64 bits, %c, %%.
 * A denied LOG session makes lines vanish; a component must not depend on it.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

struct env;

/* One line, newline added. Longer than LOG_LINE_MAX is cut. */
enum { LOG_LINE_MAX = 512 };
__attribute__((format(printf, 2, 3))) void log_line(struct env *env, const char *format, ...);
/* Text as it is; a line ends where it has a newline. */
void log_text(struct env *env, const char *text, size_t size);

/* The same formatting into memory; always NUL-terminated, returns the length. */
__attribute__((format(printf, 3, 4))) size_t text_format(char *to, size_t size, const char *format,
                                                         ...);
size_t text_format_list(char *to, size_t size, const char *format, va_list arguments);
