/* SPDX-License-Identifier: MIT */
/*
 * Domain: an address space and a capability table; the unit of protection.
 *
 * Threads, rings and mappings belong to a domain and end with it. Page tables
 * and the capability table are paid by the domain's account; what is mapped is
 * paid by whom the map names. Ranges that the kernel itself shares with a
 * domain (message pages, rings) are reserved: nothing can be mapped there.
 */
#pragma once

#include <abi/status.h>

#include "cap_table.h"
#include "memory/address.h"
#include "memory/tree.h"
#include "notification.h"
#include "object.h"
#include "x86_64/page_table.h"

struct mapping;

/* A range of kernel-owned pages that the domain sees. */
struct shared_range {
	struct list_node of_domain;
	vaddr_t address;
	uint64_t size;
};

struct domain {
	struct object object;
	struct cap_table caps;
	struct page_table pages;
	struct tree mappings;     /* struct mapping.of_domain */
	struct mapping *recent;   /* one of them, made or found last; or NULL */
	struct list_node threads; /* struct thread.of_domain */
	struct list_node rings;   /* struct ring.of_domain */
	struct list_node shared;  /* struct shared_range */
	uint32_t thread_ids;      /* last one given */

	struct signal_source faulted; /* when a thread has */
	struct cap_entry pager;       /* a copy, owns nothing; no object: none */
};

enum status domain_init(struct domain *domain, uint32_t slots);
/* One step; true: it was the last. */
bool domain_fini(struct domain *domain);

/*
 * A live capability of a kernel object, with the interface. ERR_BAD_CAP also: of another one;
 * ERR_GONE: revoked.
 */
enum status domain_find_object(const struct domain *domain, cap_t cap, enum object_type type,
                               uint32_t interface, struct cap_entry **out_entry);

/* Whether the range touches one the kernel shares with the domain. */
bool domain_reserved(const struct domain *domain, vaddr_t address, uint64_t size);
/*
 * Shows `pages` kernel-owned pages at `address`. ERR_BAD_ARG: unaligned or overlapping;
 * ERR_OUT_OF_RAM: the domain's account can't pay for the page tables.
 */
enum status domain_share(struct domain *domain, struct shared_range *range, vaddr_t address,
                         const paddr_t *pages, unsigned count);
/* One step towards the end of what is shared; true: it is over, and nobody sees the pages. */
bool domain_unshare(struct domain *domain, struct shared_range *range);
