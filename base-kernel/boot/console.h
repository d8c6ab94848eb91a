/* SPDX-License-Identifier: MIT */
/*
 * The kernel's two serial ports: the console for people, the event channel for
 * the test driver. Both are written without interrupts.
 */
#pragma once

#include <stdint.h>

void console_init(void);
void console_write(const char *text);
void console_putc(char c);
void console_hex(uint64_t value);
void event_write(const char *text);
void event_hex(uint64_t value);
