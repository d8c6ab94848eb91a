/* SPDX-License-Identifier: MIT */
/*
 * Injection: what the test driver has init do to one of its children, to see how the rest takes it.
 *
 *   null_write  a thread of the child's own writes to address 0
 *   divide      it divides by 0
 *   hang        its first thread is stopped
 *   kill        it is ended, as one whose program has failed
 *   hoard       what is free of its budget is taken from it
 *   drop        a session it has asked for is closed under it
 *
 * Init needs nothing for it but what any parent has; it pays for the thread that faults. Orders come through its Event
 * session alone: without a route to that there is nobody to give one.
 */
#pragma once

#include <abi/cap.h>

struct child;
struct event_order_results;
struct init;

/* What the thread that faults is made of, until the child ends. */
struct injection {
	cap_t code, thread;
};

/* Does it, and says so: an event `injected`, with the reason if it was refused. */
void injection_carry_out(struct init *init, const struct event_order_results *order);
/* Gives back what the child's last life was injected. */
void injection_fini(struct child *child);
