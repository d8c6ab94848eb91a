/* SPDX-License-Identifier: MIT */
#include "domain.h"

#include "mapping.h"
#include "ring.h"
#include "thread.h"

enum status domain_init(struct domain *domain, uint32_t slots)
{
	struct account *account = domain->object.account;

	list_init(&domain->threads);
	list_init(&domain->rings);
	list_init(&domain->shared);

	enum status status = cap_table_init(&domain->caps, account, slots);

	if (status != OK)
		return status;
	if (!page_table_init(&domain->pages, account)) {
		while (!cap_table_fini(&domain->caps, account))
			; /* of nothing but empty slots */
		return ERR_OUT_OF_RAM;
	}
	return OK;
}

bool domain_fini(struct domain *domain)
{
	struct account *account = domain->object.account;
	struct list_node *first;

	if ((first = list_first(&domain->threads)))
		object_destroy(&list_entry(first, struct thread, of_domain)->object);
	else if ((first = list_first(&domain->rings)))
		object_destroy(&list_entry(first, struct ring, of_domain)->object);
	else if (domain->mappings.root)
		object_destroy(
			&list_entry(domain->mappings.root, struct mapping, of_domain)->object);
	else if (domain->caps.slots)
		cap_table_fini(&domain->caps, account);
	else if (page_table_fini(&domain->pages, account)) {
		list_remove(&domain->faulted.of_notification);
		return true;
	}
	return false;
}

enum status domain_find_object(const struct domain *domain, cap_t cap, enum object_type type,
                               uint32_t interface, struct cap_entry **out_entry)
{
	const enum status status = cap_table_find(&domain->caps, cap, out_entry);

	if (status == OK && ((*out_entry)->object->type != type ||
	                     !grant_offers(grant_at((*out_entry)->grant), interface)))
		return ERR_BAD_CAP;
	return status;
}

bool domain_reserved(const struct domain *domain, vaddr_t address, uint64_t size)
{
	list_for_each (node, &domain->shared) {
		const struct shared_range *range = list_entry(node, struct shared_range, of_domain);

		if (address < range->address + range->size && range->address < address + size)
			return true;
	}
	return false;
}

enum status domain_share(struct domain *domain, struct shared_range *range, vaddr_t address,
                         const paddr_t *pages, unsigned count)
{
	const uint64_t size = (uint64_t)count << PAGE_SHIFT;

	if (address & (PAGE_SIZE - 1) || address < USER_ADDRESS_MIN ||
	    address > USER_ADDRESS_MAX - size)
		return ERR_BAD_ARG;
	if (domain_reserved(domain, address, size) || mapping_within(domain, address, size))
		return ERR_BAD_ARG;
	/* So few pages need few tables. */
	if (page_table_prepare(&domain->pages, domain->object.account, address, size, false) != OK)
		return ERR_OUT_OF_RAM;
	for (unsigned i = 0; i < count; i++)
		page_table_enter(&domain->pages, address + ((vaddr_t)i << PAGE_SHIFT), pages[i],
		                 PAGE_WRITE);
	range->address = address;
	range->size = size;
	list_append(&domain->shared, &range->of_domain);
	return OK;
}

bool domain_unshare(struct domain *domain, struct shared_range *range)
{
	const vaddr_t end = range->address + range->size;
	const vaddr_t at = page_table_clear(&domain->pages, range->address, end);

	range->address = at;
	range->size = end - at;
	if (range->size > 0)
		return false;
	list_remove(&range->of_domain);
	return true;
}
