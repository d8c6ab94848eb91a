/* SPDX-License-Identifier: MIT */
#include "coverage.h"

#include <abi/ring.h>
#include <base/log.h>
#include <base/status_name.h>

#include "catalogue.h"

enum { LINE_MAX = 400 };

/* By all threads; a count lost between two of them is none to miss. */
static uint32_t methods[CATALOGUE_MAX][STATUS_COUNT];
static uint32_t entries[RING_OP_COUNT][STATUS_COUNT];
static uint32_t strange; /* statuses that there are not */

void coverage_note(uint32_t interface, uint16_t method, uint64_t status)
{
	const unsigned index = catalogue_find(interface, method);

	if (status >= STATUS_COUNT)
		strange++;
	else if (index != CATALOGUE_NONE)
		methods[index][status]++;
}

void coverage_note_ring(uint8_t op, uint64_t status)
{
	if (op < RING_OP_COUNT && status < STATUS_COUNT)
		entries[op][status]++;
}

uint32_t coverage_accepted(unsigned method)
{
	return methods[method][OK];
}

static void tell(struct env *env, const char *name, const uint32_t *counts)
{
	char line[LINE_MAX];
	size_t used = text_format(line, sizeof(line), "%s:", name);

	for (unsigned i = 0; i < STATUS_COUNT; i++) {
		if (counts[i] > 0)
			used += text_format(line + used, sizeof(line) - used, " %s %u",
			                    status_name((enum status)i), counts[i]);
	}
	log_line(env, "%s", line);
}

void coverage_tell(struct env *env)
{
	static const char *const names[RING_OP_COUNT] = {
		[RING_NOP] = "ring NOP",         [RING_CALL] = "ring CALL",
		[RING_RECV] = "ring RECV",       [RING_RETURN] = "ring RETURN",
		[RING_RELEASE] = "ring RELEASE", [RING_SIGNAL] = "ring SIGNAL",
		[RING_WAIT] = "ring WAIT",       [RING_TIMEOUT] = "ring TIMEOUT",
		[RING_CANCEL] = "ring CANCEL",
	};

	for (unsigned i = 0; i < catalogue_size(); i++)
		tell(env, catalogue_at(i)->method->name, methods[i]);
	for (unsigned i = 0; i < RING_OP_COUNT; i++)
		tell(env, names[i], entries[i]);
	log_line(env, "coverage told, %u statuses that there are not", strange);
}
