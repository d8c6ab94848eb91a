/* SPDX-License-Identifier: MIT */
/*
 * Mapping: a part of a memory object in a domain's address space.
 *
 * It belongs to three: the domain it is seen in, the memory object it shows,
 * and the account that pays for the record. It ends with the first of
 * them, and with the grant it was made through; always as a whole, in steps. Page tables
 * are filled as pages are touched; the tables themselves were paid when it was
 * made. Where 2 MiB of it show 2 MiB of one physical range, both aligned, a large
 * page is entered.
 */
#pragma once

#include <abi/status.h>

#include "memory/address.h"
#include "memory/tree.h"
#include "object.h"

struct domain;
struct memory_object;

struct mapping {
	struct object object;
	struct domain *domain;
	struct memory_object *memory;
	struct tree_node of_domain; /* key: the address */
	struct list_node of_grant;  /* in the uses of the grant it was made through */
	vaddr_t address;
	uint64_t size;
	uint64_t offset;
	uint64_t flags; /* PAGE_WRITE and so on */
};

struct mapping_request {
	vaddr_t address;
	uint64_t offset;
	uint64_t size;
	uint32_t grant; /* the map is made through it and dies with it */
	bool write;
	bool execute;
};

#define MAPPING_BYTES_MAX (1ul << 29)

/*
 * ERR_NOT_NOW: a part is done, of the page tables; ERR_BAD_ARG: unaligned, empty, too large, outside of
 * the object or the user half, or it overlaps.
 */
enum status mapping_create(struct domain *domain, struct memory_object *memory,
                           struct account *account, const struct mapping_request *request);
/* One step: takes pages out from its beginning on, and becomes shorter by them; true: it was the last. */
bool mapping_fini(struct mapping *mapping);
/*
 * Some steps towards the end of the mappings of [address, address + size); `*out_over`: there are no more.
 * One that reaches beyond makes it ERR_BAD_ARG.
 */
enum status mapping_remove_range(struct domain *domain, vaddr_t address, uint64_t size,
                                 bool *out_over);
struct mapping *mapping_find(struct domain *domain, vaddr_t address);
/* The last one of those that reach into the range, or NULL. */
struct mapping *mapping_within(const struct domain *domain, vaddr_t address, uint64_t size);

/* Enters the page for an access at `address`. False: no mapping there allows it. */
bool mapping_resolve(struct domain *domain, vaddr_t address, bool write, bool execute);
/* Takes the right to write from the entered pages; the next write asks again. */
void mapping_protect(struct mapping *mapping);
/* Takes out the page `index` of the object, if it is seen here; the next access asks again. */
void mapping_forget(struct mapping *mapping, uint64_t index);
