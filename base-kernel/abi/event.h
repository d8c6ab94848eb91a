/* SPDX-License-Identifier: MIT */
/*
 * Event channel: the second serial port, between the machine and the test driver.
 *
 * Both sides send lines of text, ended by '\n', at most EVENT_LINE_MAX bytes
 * with it, of printable ASCII. The first word is the event:
 *
 *   from the machine    boot                    the kernel has started (a second one is a reboot)
 *                       ready                   core listens; from here on `finish` is obeyed
 *                       event KIND SUBJECT|DETAIL    a parent's report (Event session)
 *                       asked COUNT             so many parents were told of `report`, or of `inject`
 *                       synced                  the answer to `sync`
 *                       idle                    no thread is ready, no timeout armed, nothing can happen
 *                                               but by what the driver sends, here or to a terminal
 *                       account LABEL|DETAIL    a line of the closing account check
 *                       panic TEXT              the kernel gave up
 *                       finished PASS           the account check passed (the machine then exits)
 *                       finished FAIL REASON
 *   to the machine      report                  whoever reports is asked for its state: events of that kind
 *                       inject FAULT PARENT|CHILD|SERVICE|LABEL    that parent is asked to do this to its child, or to
 *                                               that session of it: an event of the kind `injected`
 *                       sync                    what is sent later is seen later
 *                       finish                  destroy init, check the accounts, end
 *
 * The machine ends through the debug-exit port: value 16 (status 33) is a pass.
 */
#pragma once

enum {
	EVENT_LINE_MAX = 512,
	EVENT_PORT = 0x2f8,
	EVENT_IRQ = 3,
	CONSOLE_PORT = 0x3f8,
	TERMINAL_PORT = 0x3e8, /* a third one, for who types; the console is written only */
	TERMINAL_IRQ = 4,
	DEBUG_EXIT_PORT = 0xf4,
	DEBUG_EXIT_PASS = 16,
	DEBUG_EXIT_FAIL = 17,
	DEBUG_EXIT_PANIC = 18,
};
