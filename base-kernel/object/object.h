/* SPDX-License-Identifier: MIT */
/*
 * Object: what all kernel objects have in common.
 *
 * An object is charged to one account from creation to death. It dies with its
 * first grant (the one its creator owns), or with its account, whichever comes
 * first; `object_destroy` is the one way out and takes care of both. Mappings
 * are charged like objects but no capability names them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory/list.h"

/* The first twelve are ObjectKind of the kernel's schema. */
enum object_type {
	OBJECT_COMPONENT, /* never in memory: what `inspect` says of a client's facet */
	OBJECT_ACCOUNT,
	OBJECT_DOMAIN,
	OBJECT_THREAD,
	OBJECT_SCHED_CONTEXT,
	OBJECT_ENDPOINT,
	OBJECT_NOTIFICATION,
	OBJECT_MEMORY,
	OBJECT_RING,
	OBJECT_IRQ,
	OBJECT_IO_PORTS,
	OBJECT_PLATFORM,
	OBJECT_MAPPING,
};

enum { OBJECT_TYPES = OBJECT_MAPPING + 1 };

struct account;

struct object {
	enum object_type type;
	uint32_t grant;           /* first grant; 0: none */
	struct account *account;  /* who pays */
	struct list_node charged; /* in the account's list */
};

size_t object_size(enum object_type type);
void object_init(struct object *object, enum object_type type, struct account *account);
/*
 * One step towards the end of the object: revokes its grants, takes it apart, returns its memory.
 * True: it is gone. All that has to be known about the next step is in the object.
 */
bool object_destroy(struct object *object);
/* Bytes the object costs its account beside its share of heap pages: for the audit. */
uint64_t object_extra_bytes(const struct object *object);
