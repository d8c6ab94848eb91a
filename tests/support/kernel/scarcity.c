/* SPDX-License-Identifier: MIT */
#include "scarcity.h"

#include "memory/frame.h"
#include "memory/heap.h"
#include "object/account.h"

static struct {
	bool active;
	unsigned count, nth;
} scarcity;

void scarcity_begin(unsigned nth)
{
	scarcity.active = true;
	scarcity.count = 0;
	scarcity.nth = nth;
}

unsigned scarcity_end(void)
{
	scarcity.active = false;
	return scarcity.count;
}

static bool refused(void)
{
	return scarcity.active && ++scarcity.count == scarcity.nth;
}

bool __real_account_charge_ram(struct account *account, uint64_t bytes);
bool __wrap_account_charge_ram(struct account *account, uint64_t bytes);
bool __real_account_charge_cap(struct account *account);
bool __wrap_account_charge_cap(struct account *account);
void *__real_heap_alloc(struct account *account, size_t size);
void *__wrap_heap_alloc(struct account *account, size_t size);
paddr_t __real_frame_alloc(unsigned order);
paddr_t __wrap_frame_alloc(unsigned order);
paddr_t __real_frame_alloc_below(unsigned order, paddr_t limit);
paddr_t __wrap_frame_alloc_below(unsigned order, paddr_t limit);

bool __wrap_account_charge_ram(struct account *account, uint64_t bytes)
{
	return !refused() && __real_account_charge_ram(account, bytes);
}

bool __wrap_account_charge_cap(struct account *account)
{
	return !refused() && __real_account_charge_cap(account);
}

void *__wrap_heap_alloc(struct account *account, size_t size)
{
	return refused() ? NULL : __real_heap_alloc(account, size);
}

paddr_t __wrap_frame_alloc(unsigned order)
{
	return order > 0 && refused() ? 0 : __real_frame_alloc(order);
}

paddr_t __wrap_frame_alloc_below(unsigned order, paddr_t limit)
{
	return refused() ? 0 : __real_frame_alloc_below(order, limit);
}
