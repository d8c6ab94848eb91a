/* SPDX-License-Identifier: MIT */
/*
 * Exported: services of children that init offers to its own parent.
 *
 * For each service in the plan's `exports` init announces a Root. A request that
 * comes there is resolved to a child and passed on to the child's Root,
 * with the very account that came along: init adds nothing and keeps nothing but
 * a record of which child serves which session. Until the child has announced
 * the service, the request waits.
 */
#pragma once

#include "init.h"

struct child;

/* Announces what the plan exports and was not announced before. */
enum status exported_announce(struct init *init);
/* The child is in the plan no more: sessions it serves have no server. */
void exported_removed(struct child *server);
/* The child has announced a service, or has died: what waits for it goes on. */
void exported_retry(struct init *init);
/* There is a new content of the ROM "state". */
void exported_new_state(struct init *init, const struct plan_config *content);
