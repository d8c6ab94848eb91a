/* SPDX-License-Identifier: MIT */
/*
 * The kernel's two serial ports: the console for people, the event channel for
 * the test driver. Both are written without interrupts.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

void console_init(void);
void console_write(const char *text);
/* False: the console is busy. */
bool console_offer(char c);
void event_write(const char *text);

enum { NUMBER_TEXT_MAX = 24 };

/* In decimal or hexadecimal digits; in `buffer`, which the text need not begin. */
const char *number_text(uint64_t value, unsigned base, char buffer[NUMBER_TEXT_MAX]);
