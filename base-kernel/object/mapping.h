/* SPDX-License-Identifier: MIT */
/*
 * Mapping: a part of a memory object in a domain's address space.
 *
 * It belongs to three: the domain it is seen in, the memory object it shows,
 * and the account that pays for the record. It ends with the first of
 * them, and with the grant it was made through. Page tables are filled
 * as pages are touched; the tables themselves were paid when it was made.
 */
#pragma once

#include <abi/status.h>

#include "memory/address.h"
#include "object.h"

struct domain;
struct memory_object;

struct mapping {
	struct object object;
	struct domain *domain;
	struct memory_object *memory;
	struct list_node of_domain; /* by address */
	struct list_node of_memory;
	vaddr_t address;
	uint64_t size;
	uint64_t offset;
	uint32_t grant;
	bool write;
	bool execute;
};

struct mapping_request {
	vaddr_t address;
	uint64_t offset;
	uint64_t size;
	uint32_t grant; /* the map is made through it and dies with it */
	bool write;
	bool execute;
};

/* ERR_BAD_ARG: unaligned, empty, outside of the object or the user half, or it overlaps. */
enum status mapping_create(struct domain *domain, struct memory_object *memory, struct account *account,
			   const struct mapping_request *request);
void mapping_fini(struct mapping *mapping);
/* Ends the mappings of [address, address + size). One that reaches beyond makes it ERR_BAD_ARG. */
enum status mapping_remove_range(struct domain *domain, vaddr_t address, uint64_t size);
struct mapping *mapping_find(struct domain *domain, vaddr_t address);
