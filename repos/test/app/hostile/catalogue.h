/* SPDX-License-Identifier: MIT */
/*
 * Catalogue: every method of every interface that the attacker could call, as the schemas have
 * them, numbered from 0.
 */
#pragma once

#include <base/capnp_method.h>

#include "random.h"

enum { CATALOGUE_MAX = 160, CATALOGUE_NONE = CATALOGUE_MAX };

struct catalogue_item {
	const struct capnp_interface *interface;
	const struct capnp_method *method;
	uint16_t number;
};

/* To be called once, before all else here. */
void catalogue_init(void);
unsigned catalogue_size(void);
const struct catalogue_item *catalogue_at(unsigned index);
/* CATALOGUE_NONE: there is no such method. */
unsigned catalogue_find(uint32_t interface, uint16_t number);
/* Some method of an interface; CATALOGUE_NONE: it has none. */
unsigned catalogue_some_method(struct random *random, uint32_t interface);
/* Some interface's hash. */
uint32_t catalogue_some(struct random *random);
/* Some interface of the kernel's; whether one is. */
uint32_t catalogue_some_kernel(struct random *random);
bool catalogue_kernel(uint32_t hash);
/* The one that it extends; 0: none. */
uint32_t catalogue_wider(uint32_t hash);
/* Does the one include the other? */
bool catalogue_offers(uint32_t offered, uint32_t wanted);
