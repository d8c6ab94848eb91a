/* SPDX-License-Identifier: MIT */
#include "mapping.h"

#include <abi/syscall.h>

#include "account.h"
#include "domain.h"
#include "memory_object.h"
#include "x86_64/page_table.h"

enum { PREFILL_PAGES_MAX = 32 }; /* pages that are there already are entered at once, up to here */

static bool range_valid(const struct mapping_request *request, const struct memory_object *memory)
{
	const uint64_t memory_bytes = memory->pages << PAGE_SHIFT;

	if ((request->address | request->offset | request->size) & (PAGE_SIZE - 1))
		return false;
	if (request->size == 0 || request->size > memory_bytes ||
	    request->offset > memory_bytes - request->size)
		return false;
	if (request->address < USER_ADDRESS_MIN || request->address > USER_ADDRESS_MAX ||
	    request->size > USER_ADDRESS_MAX - request->address)
		return false;
	return !(request->write && request->execute);
}

/* The node before which a mapping of the range would stand; NULL if it overlaps. */
static struct list_node *find_gap(struct domain *domain, vaddr_t address, uint64_t size)
{
	list_for_each (node, &domain->mappings) {
		const struct mapping *mapping = list_entry(node, struct mapping, of_domain);

		if (mapping->address + mapping->size <= address)
			continue;
		return mapping->address >= address + size ? node : NULL;
	}
	return &domain->mappings;
}

static void prefill(struct mapping *mapping)
{
	for (uint64_t i = 0; i < mapping->size >> PAGE_SHIFT && i < PREFILL_PAGES_MAX; i++) {
		const paddr_t page =
			memory_object_present(mapping->memory, (mapping->offset >> PAGE_SHIFT) + i);

		if (page)
			page_table_enter(&mapping->domain->pages, mapping->address + (i << PAGE_SHIFT), page,
					 mapping->write, mapping->execute,
					 mapping->memory->backing == MEMORY_DEVICE);
	}
}

enum status mapping_create(struct domain *domain, struct memory_object *memory, struct account *account,
			   const struct mapping_request *request)
{
	if (!range_valid(request, memory))
		return ERR_BAD_ARG;

	struct list_node *position = find_gap(domain, request->address, request->size);

	if (!position || domain_reserved(domain, request->address, request->size))
		return ERR_BAD_ARG;
	if (!page_table_prepare(&domain->pages, domain->object.account, request->address, request->size))
		return ERR_OUT_OF_RAM;

	struct mapping *mapping = heap_alloc(account, sizeof(*mapping));

	if (!mapping)
		return ERR_OUT_OF_RAM;
	object_init(&mapping->object, OBJECT_MAPPING, account);
	mapping->domain = domain;
	mapping->memory = memory;
	mapping->address = request->address;
	mapping->size = request->size;
	mapping->offset = request->offset;
	mapping->grant = request->grant;
	mapping->write = request->write;
	mapping->execute = request->execute;
	list_insert_before(position, &mapping->of_domain);
	list_append(&memory->mappings, &mapping->of_memory);
	prefill(mapping);
	return OK;
}

void mapping_fini(struct mapping *mapping)
{
	page_table_clear(&mapping->domain->pages, mapping->address, mapping->size);
	list_remove(&mapping->of_domain);
	list_remove(&mapping->of_memory);
}

enum status mapping_remove_range(struct domain *domain, vaddr_t address, uint64_t size)
{
	if ((address | size) & (PAGE_SIZE - 1) || size == 0 || address + size < address)
		return ERR_BAD_ARG;
	list_for_each (node, &domain->mappings) {
		const struct mapping *mapping = list_entry(node, struct mapping, of_domain);
		const vaddr_t end = mapping->address + mapping->size;

		if (end <= address || mapping->address >= address + size)
			continue;
		if (mapping->address < address || end > address + size)
			return ERR_BAD_ARG;
	}
	list_for_each (node, &domain->mappings) {
		struct mapping *mapping = list_entry(node, struct mapping, of_domain);

		if (mapping->address >= address && mapping->address + mapping->size <= address + size)
			object_destroy(&mapping->object);
	}
	return OK;
}

struct mapping *mapping_find(struct domain *domain, vaddr_t address)
{
	list_for_each (node, &domain->mappings) {
		struct mapping *mapping = list_entry(node, struct mapping, of_domain);

		if (address < mapping->address)
			return NULL;
		if (address < mapping->address + mapping->size)
			return mapping;
	}
	return NULL;
}
