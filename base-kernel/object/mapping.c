/* SPDX-License-Identifier: MIT */
#include "mapping.h"

#include <abi/syscall.h>

#include "domain.h"
#include "memory_object.h"

enum {
	PREFILL_PAGES_MAX = 32, /* pages that are there already are entered at once, up to here */
	REMOVE_STEPS = 8,       /* of a system call, before others may have a turn */
};

static bool range_valid(const struct mapping_request *request, const struct memory_object *memory)
{
	const uint64_t memory_bytes = memory->pages << PAGE_SHIFT;

	if ((request->address | request->offset | request->size) & (PAGE_SIZE - 1))
		return false;
	if (request->size == 0 || request->size > MAPPING_BYTES_MAX ||
	    request->size > memory_bytes || request->offset > memory_bytes - request->size)
		return false;
	if (request->address < USER_ADDRESS_MIN || request->address > USER_ADDRESS_MAX ||
	    request->size > USER_ADDRESS_MAX - request->address)
		return false;
	return !(request->write && request->execute);
}

static struct mapping *mapping_of(struct tree_node *node)
{
	return node ? list_entry(node, struct mapping, of_domain) : NULL;
}

struct mapping *mapping_within(const struct domain *domain, vaddr_t address, uint64_t size)
{
	struct mapping *mapping = mapping_of(tree_at_most(&domain->mappings, address + size - 1));

	return mapping && address < mapping->address + mapping->size ? mapping : NULL;
}

struct mapping *mapping_find(struct domain *domain, vaddr_t address)
{
	struct mapping *mapping = domain->recent;

	if (mapping && address - mapping->address < mapping->size)
		return mapping;
	mapping = mapping_within(domain, address, 1);
	if (mapping)
		domain->recent = mapping;
	return mapping;
}

/* ---- pages ---- */

/* Whether object and address are aligned alike, and one range. */
static inline bool large_fits(const struct memory_object *memory, vaddr_t address, uint64_t offset)
{
	return memory_object_is_range(memory) &&
	       ((memory->base + offset - address) & (LARGE_PAGE_SIZE - 1)) == 0;
}

static uint64_t page_flags(const struct memory_object *memory,
                           const struct mapping_request *request)
{
	uint64_t flags = request->execute ? PAGE_EXECUTE : 0;

	if (request->write)
		flags |= PAGE_WRITE;
	if (memory->backing == MEMORY_DEVICE)
		flags |= memory->combined ? PAGE_COMBINED : PAGE_UNCACHED;
	return flags;
}

/* Of one physical range: a page, or the large page around it if that fits. */
__attribute__((noinline)) static vaddr_t enter_range(struct mapping *mapping, vaddr_t at,
                                                     paddr_t page, uint64_t flags)
{
	struct page_table *pages = &mapping->domain->pages;
	const vaddr_t large = at & ~(LARGE_PAGE_SIZE - 1);

	if (large_fits(mapping->memory, mapping->address, mapping->offset) &&
	    large >= mapping->address &&
	    large + LARGE_PAGE_SIZE <= mapping->address + mapping->size &&
	    page_table_enter_large(pages, large, page - (at - large), flags))
		return large + LARGE_PAGE_SIZE;
	return page_table_enter(pages, at, page, flags);
}

/* Enters a page, for reading only if it is shared with a clone; returns where the next one begins. */
static vaddr_t enter(struct mapping *mapping, vaddr_t at, paddr_t page, bool owned)
{
	const uint64_t flags = owned ? mapping->flags : mapping->flags & ~PAGE_WRITE;

	if (memory_object_is_range(mapping->memory))
		return enter_range(mapping, at, page, flags);
	return page_table_enter(&mapping->domain->pages, at, page, flags);
}

static uint64_t page_index(const struct mapping *mapping, vaddr_t at)
{
	return (at - mapping->address + mapping->offset) >> PAGE_SHIFT;
}

static void prefill(struct mapping *mapping)
{
	const struct memory_object *memory = mapping->memory;
	const vaddr_t end = mapping->address + mapping->size;
	vaddr_t at = mapping->address;

	for (unsigned i = 0; i < PREFILL_PAGES_MAX && at < end; i++) {
		const paddr_t page = memory_object_present(memory, page_index(mapping, at));

		at = page ? enter(mapping, at, page, memory_object_owns(memory, page))
		          : at + PAGE_SIZE;
	}
}

bool mapping_resolve(struct domain *domain, vaddr_t address, bool write, bool execute)
{
	const vaddr_t at = page_align_down(address);
	struct mapping *mapping = mapping_find(domain, address);

	if (!mapping || (write && !(mapping->flags & PAGE_WRITE)) ||
	    (execute && !(mapping->flags & PAGE_EXECUTE)))
		return false;

	const uint64_t index = page_index(mapping, at);

	if (write) {
		enter(mapping, at, memory_object_own_page(mapping->memory, index), true);
	} else {
		const paddr_t page = memory_object_page(mapping->memory, index);

		enter(mapping, at, page, memory_object_owns(mapping->memory, page));
	}
	return true;
}

void mapping_protect(struct mapping *mapping)
{
	if (mapping->flags & PAGE_WRITE)
		page_table_protect(&mapping->domain->pages, mapping->address, mapping->size);
}

void mapping_forget(struct mapping *mapping, uint64_t index)
{
	const uint64_t first = mapping->offset >> PAGE_SHIFT;
	const vaddr_t at = mapping->address + ((index - first) << PAGE_SHIFT);

	if (index >= first && index - first < mapping->size >> PAGE_SHIFT)
		page_table_clear(&mapping->domain->pages, at, at + PAGE_SIZE);
}

/* ---- life ---- */

enum status mapping_create(struct domain *domain, struct memory_object *memory,
                           struct account *account, const struct mapping_request *request)
{
	if (!range_valid(request, memory))
		return ERR_BAD_ARG;
	if (mapping_within(domain, request->address, request->size) ||
	    domain_reserved(domain, request->address, request->size))
		return ERR_BAD_ARG;

	const enum status status =
		page_table_prepare(&domain->pages, domain->object.account, request->address,
	                           request->size,
	                           large_fits(memory, request->address, request->offset));

	if (status != OK)
		return status;

	struct mapping *mapping = heap_alloc(account, sizeof(*mapping));

	if (!mapping)
		return ERR_OUT_OF_RAM;
	object_init(&mapping->object, OBJECT_MAPPING, account);
	mapping->domain = domain;
	mapping->memory = memory;
	mapping->address = request->address;
	mapping->size = request->size;
	mapping->offset = request->offset;
	mapping->flags = page_flags(memory, request);
	mapping->of_domain.key = request->address;
	tree_insert(&domain->mappings, &mapping->of_domain);
	domain->recent = mapping; /* it will soon be touched */
	list_append(&grant_at(request->grant)->uses, &mapping->of_grant);
	prefill(mapping);
	return OK;
}

bool mapping_fini(struct mapping *mapping)
{
	const vaddr_t end = mapping->address + mapping->size;
	const vaddr_t at = page_table_clear(&mapping->domain->pages, mapping->address, end);

	if (at < end) {
		mapping->offset += at - mapping->address;
		mapping->size = end - at;
		mapping->address = mapping->of_domain.key = at;
		return false;
	}
	if (mapping->domain->recent == mapping)
		mapping->domain->recent = NULL;
	tree_remove(&mapping->domain->mappings, &mapping->of_domain);
	list_remove(&mapping->of_grant);
	return true;
}

enum status mapping_remove_range(struct domain *domain, vaddr_t address, uint64_t size,
                                 bool *out_over)
{
	if ((address | size) & (PAGE_SIZE - 1) || size == 0 || address + size < address)
		return ERR_BAD_ARG;

	struct mapping *last = mapping_within(domain, address, size);
	const struct mapping *first = last;

	if (last && last->address > address)
		first = mapping_within(domain, address, 1);
	if ((first && first->address < address) ||
	    (last && last->address + last->size > address + size))
		return ERR_BAD_ARG;
	for (unsigned i = 0; i < REMOVE_STEPS && last; i++) {
		const bool is_first = last->address == address;

		last = object_destroy(&last->object) && is_first
		               ? NULL
		               : mapping_within(domain, address, size);
	}
	*out_over = !last;
	return OK;
}
