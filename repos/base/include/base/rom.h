/* SPDX-License-Identifier: MIT */
/*
 * Rom: a file from the parent, attached to be read: a component's own
 * configuration ("config"), a module of the boot archive, whatever the policy
 * answers for the label.
 */
#pragma once

#include <base/session.h>

struct rom {
	struct session session;
	cap_t memory;
	const void *at; /* NULL: it is empty */
	size_t size;
};

enum status rom_open(struct env *env, const char *label, struct rom *out_rom);
/* `changed` is signalled when there is newer content. */
enum status rom_on_change(struct env *env, struct rom *rom, cap_t changed);
/* Attaches the newest content; all that was read in place is gone. On failure it is empty. */
enum status rom_update(struct env *env, struct rom *rom);
/* All that was read in place is gone with it. */
void rom_close(struct env *env, struct rom *rom);
