/* SPDX-License-Identifier: MIT */
/*
 * Marks: nops that tell whoever watches the machine (runs/tool/plugin) what is being measured.
 *
 * A sample lies between a begin and an end, neither included. A report gives the samples
 * since the last one a name: letters come as the addresses that the instruction behind the mark loads from.
 */
#pragma once

#define MARK_BEGIN  0x0ca90501
#define MARK_END    0x0ca90502
#define MARK_REPORT 0x0ca90503
#define MARK_LETTER 0x0ca90504

#ifndef __ASSEMBLER__

#define MARK_TEXT(mark)   "nopl " MARK_NUMBER(mark) "(%%rax)\n\t"
#define MARK_NUMBER(mark) #mark

/* Ends a row; `divisor` operations made one sample. */
void mark_report(const char *text, unsigned divisor);

#endif
