/* SPDX-License-Identifier: MIT */
/*
 * Pager: a component that resolves a domain's page faults.
 *
 * The kernel calls it in the name of the faulted thread, with the thread's own
 * call record, so nothing is allocated; words come from the thread's
 * `fault_words`, capabilities and pages don't take part, and the registers stay
 * those of the access. OK sends the thread back to its instruction; any other end
 * of the call leaves it faulted, as without a pager.
 */
#pragma once

#include <stdbool.h>

struct fault_record;
struct message_side;
struct thread;

/* The current thread waits for its domain's pager; false: there is none for it. */
__attribute__((cold)) bool pager_ask(struct thread *thread, const struct fault_record *fault);
/* The thread's side of the message, while it is paging. */
void pager_side(struct thread *thread, struct message_side *out_side);
