/* SPDX-License-Identifier: MIT */
/*
 * Report: who is told of init's state, and when.
 *
 * Its ROM "state" goes to those the policy routes it to. It has a new content as soon as something has
 * changed, but not sooner than the policy's delay after the one before; where the policy wants it, budgets
 * are looked at in between, and count as a change as well. Each reader pays for what it reads. The
 * test driver is told when it asks, in pieces.
 */
#pragma once

#include <base/entrypoint.h>

struct init;

struct report {
	struct signal_handler asked; /* by the test driver */
	struct timeout due, sample;
	uint64_t last;    /* when the ROM's content was made */
	unsigned readers; /* sessions at the ROM "state" */
	bool changed;     /* `due` is armed */
};

/* From now on the test driver is listened to, if there is one. */
enum status report_init(struct init *init);
/* A reader has come; one has gone. */
void report_reader_opened(struct init *init);
void report_reader_closed(struct init *init);
/* Something that is reported is not as it was. */
void report_changed(struct init *init);
