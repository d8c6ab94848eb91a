/* SPDX-License-Identifier: MIT */
/*
 * Grant: the authority behind a capability, whoever holds copies of it.
 *
 * Grants live in one table that is sized at boot and never moves, so that a
 * copy in any table can be checked after its granter has died. A copy notes
 * the epoch of its grant; revoking raises the epoch, and all copies are dead at
 * once, however many there are. A grant derived from another is its child and
 * dies with it. The first grant of an object carries the object's life.
 *
 *   free -> live -> dying -> free (with the next epoch), or retired at the last
 *
 * Nothing is derived below a dying grant.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "account.h"

enum grant_state { GRANT_FREE, GRANT_LIVE, GRANT_DYING, GRANT_RETIRED };

enum { GRANT_NONE = 0, GRANT_INTERFACES_MAX = 5, GRANT_DEPTH_MAX = 16 };

struct grant {
	struct object *object;
	struct account *account; /* pays for it */
	uint64_t badge;
	uint32_t epoch;
	uint8_t state;
	uint8_t depth;
	uint16_t in_flight_max;                    /* 0: no limit */
	uint32_t interfaces[GRANT_INTERFACES_MAX]; /* its own, then its ancestors; 0 ends */
	uint32_t parent;
	uint32_t child;
	uint32_t next, prev; /* siblings */
	uint32_t account_next, account_prev;
	uint32_t doomed_next, doomed_prev;
	bool doomed;
	uint32_t in_flight;
};

struct grants {
	struct grant *table;
	uint32_t count;
	uint32_t free; /* list through `next` */
	uint32_t used;
	uint32_t doomed; /* to be revoked before the kernel is left */
};

extern struct grants grants; /* one table, see above */

/*@
  predicate grants_valid = 0 < grants.count && \valid(grants.table + (0 .. grants.count - 1));

  // Each link names an entry, or none.
  predicate grants_linked{L} =
    grants.free < grants.count && grants.doomed < grants.count &&
    \forall integer i; 0 <= i < grants.count ==>
      grants.table[i].parent < grants.count && grants.table[i].child < grants.count &&
      grants.table[i].next < grants.count && grants.table[i].prev < grants.count &&
      grants.table[i].account_next < grants.count && grants.table[i].account_prev < grants.count &&
      grants.table[i].doomed_next < grants.count && grants.table[i].doomed_prev < grants.count;

  predicate grant_usable(struct grant *g) = g->state == GRANT_LIVE || g->state == GRANT_DYING;

  // What entries of tables depend on: an epoch never falls, and belongs to one object.
  predicate grants_later{L1, L2} =
    \at(grants.table, L1) == \at(grants.table, L2) &&
    \at(grants.count, L1) == \at(grants.count, L2) &&
    \forall integer i; 0 < i < \at(grants.count, L1) ==>
      \at(grants.table[i].epoch, L1) <= \at(grants.table[i].epoch, L2) &&
      (\at(grants.table[i].epoch, L1) == \at(grants.table[i].epoch, L2) &&
       grant_usable{L1}(\at(&grants.table[i], L1)) ==>
        grant_usable{L2}(\at(&grants.table[i], L2)) &&
        \at(grants.table[i].object, L1) == \at(grants.table[i].object, L2));
*/

/*@
  requires grants_valid && index < grants.count;
  assigns \nothing;
  ensures \result == grants.table + index;
*/
static inline struct grant *grant_at(uint32_t index)
{
	return &grants.table[index];
}

/* `table` holds `count` zeroed entries; entry 0 is never used. */
void grants_init(struct grant *table, uint32_t count);

/*
 * A new grant for `object`, charged to `account`. `interfaces` is an array of
 * GRANT_INTERFACES_MAX. `parent` is GRANT_NONE for the object's first grant.
 * ERR_OUT_OF_CAPS: the account's limit or the table; ERR_GONE: the parent is
 * dying; ERR_BAD_ARG: deeper than GRANT_DEPTH_MAX.
 */
enum status grant_create(struct object *object, struct account *account, uint32_t parent,
                         const uint32_t *interfaces, uint32_t *out_grant);
/* Kills the grant and all below it. The first grant of an object takes the object along. */
void grant_revoke(uint32_t index);
/*
 * Revokes it later, by grants_revoke_doomed: a dying domain may own a domain
 * that owns a domain, and the kernel has one stack.
 */
/*@
  requires grants_valid && grants_linked && 0 < index < grants.count;
  assigns sched_attention, grants.doomed, grants.table[0 .. grants.count - 1];
  ensures grants_valid && grants_linked && grants_later{Pre, Post};
  ensures grants.table[index].state == GRANT_LIVE ==> grants.table[index].doomed;
*/
void grant_doom(uint32_t index);
void grants_revoke_doomed(void);
/* Takes from a new grant all interfaces but this ancestor and its own. */
void grant_narrow(uint32_t index, uint32_t interface);
/* Whether `interface` is the grant's own or one of its ancestors; its position, or -1. */
/*@
  requires \valid_read(grant);
  assigns \nothing;
  ensures -1 <= \result < GRANT_INTERFACES_MAX;
  ensures 0 <= \result ==> grant->interfaces[\result] == interface;
  ensures \result == -1 ==> grant->interfaces[0] == 0 || grant->interfaces[0] != interface;
*/
int grant_interface_position(const struct grant *grant, uint32_t interface);

/*@
  requires \valid_read(grant) && interface != 0;
  assigns \nothing;
  ensures \result ==> \exists integer i; 0 <= i < GRANT_INTERFACES_MAX && grant->interfaces[i] == interface;
*/
static inline bool grant_offers(const struct grant *grant, uint32_t interface)
{
	return grant->interfaces[0] == interface || grant_interface_position(grant, interface) >= 0;
}

bool grants_consistent(void);

/* Undoes what was done through a grant: mappings, queued calls. Called once, while it dies. */
void grant_sever(struct object *object, uint32_t grant);
