/* SPDX-License-Identifier: MIT */
/*
 * Methods as data: the tables of a schema's methods.h, for those who call by number what they have
 * not been written for, as a fuzzer does. The layout of a method's parameters says where they lie
 * in a message, its arguments what they are called and which interface a capability is to have.
 */
#pragma once

#include <base/capnp_layout.h>

struct capnp_argument {
	const char *name;
	uint32_t interface; /* of a capability; else 0 */
};

struct capnp_method {
	const char *name;                       /* "Charge.createMemory" */
	const struct capnp_layout *params;      /* NULL: none */
	const struct capnp_argument *arguments; /* beside each field of the layout */
};

struct capnp_interface {
	const char *name;
	uint32_t hash;
	uint32_t extends;                   /* the hash of the next wider one; 0: none */
	const struct capnp_method *methods; /* by their numbers */
	uint32_t method_count;
};
