/* SPDX-License-Identifier: MIT */
#include "spending.h"

#include <kernel/client.h>

#include "child.h"
#include "init.h"

void spending_begin(struct spending *spending)
{
	spending->ram = (struct spending_of){.peak = spending->ram.peak};
	spending->caps = (struct spending_of){.peak = spending->caps.peak};
}

static void donated(struct spending_of *of, uint64_t amount)
{
	of->donated += amount;
	if (of->donated_most < of->donated)
		of->donated_most = of->donated;
}

void spending_donated(struct spending *spending, uint64_t ram, uint64_t caps)
{
	donated(&spending->ram, ram);
	donated(&spending->caps, caps);
}

void spending_returned(struct spending *spending, uint64_t ram, uint64_t caps)
{
	spending->ram.donated -= ram;
	spending->caps.donated -= caps;
}

static bool note(struct spending_of *of, uint64_t given, uint64_t limit, uint64_t used,
                 uint64_t peak)
{
	const uint64_t known = limit + of->donated;
	const uint64_t delegated = given > known ? given - known : 0;

	peak += of->donated_most;
	const bool changed = of->used != used || of->delegated != delegated || of->peak < peak;

	of->used = used;
	of->delegated = delegated;
	if (of->peak < peak)
		of->peak = peak;
	return changed;
}

bool spending_sample(struct child *child)
{
	struct charge_usage_results usage;

	if (!cap_valid(child->account) ||
	    charge_usage(&child->init->env->ipc, child->account, &usage) != OK)
		return false;

	const bool ram = note(&child->spending.ram, child->assigned_ram + child->granted_ram,
	                      usage.ram_limit, usage.ram_used, usage.ram_peak);

	return note(&child->spending.caps, child->assigned_caps + child->granted_caps,
	            usage.caps_limit, usage.caps_used, usage.caps_peak) ||
	       ram;
}
