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
 *   free -> live -> dying (in the next epoch) -> free, or retired at the last
 *
 * Nothing is derived below a dying grant, and nothing new goes through it. What
 * a live one has let through (mappings, queued calls, waits of rings) is in its
 * list of uses, so that its end looks at nothing else.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "account.h"
#include "memory/list.h"

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
	uint32_t in_flight;      /* calls through it, and through all that have it as limiter */
	uint32_t limiter;        /* with a limit: whose count is compared, itself or an ancestor */
	struct list_node uses;   /* struct mapping.of_grant; or struct call.of_grant */
	struct list_node doomed; /* to be revoked by a thread: see finish.h */
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct grant) == 128, "a power of two: an index is a shift");

struct grants {
	struct grant *table;
	uint32_t count;
	uint32_t free; /* list through `next` */
	uint32_t used;
};

extern struct grants grants; /* one table, see above */

/*@
  predicate grants_valid = 0 < grants.count && \valid(grants.table + (0 .. grants.count - 1));

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

  // Ways up and down lead to grants, and end.
  predicate grants_sound = \forall integer i; 0 < i < grants.count && grant_usable(&grants.table[i]) ==>
    grants.table[i].depth < GRANT_DEPTH_MAX &&
    (grants.table[i].state == GRANT_LIVE ==> grants.table[i].epoch < UINT32_MAX) &&
    (grants.table[i].parent != GRANT_NONE ==>
      grants.table[i].parent < grants.count && grant_usable(&grants.table[grants.table[i].parent]) &&
      grants.table[grants.table[i].parent].depth < grants.table[i].depth) &&
    (grants.table[i].child != GRANT_NONE ==>
      grants.table[i].child < grants.count && grant_usable(&grants.table[grants.table[i].child]) &&
      grants.table[i].depth < grants.table[grants.table[i].child].depth);

  inductive grant_above{L}(integer above, integer index) {
    case itself{L}: \forall integer i; 0 < i < grants.count ==> grant_above(i, i);
    case farther{L}: \forall integer a, i; 0 < i < grants.count &&
      grant_above(a, grants.table[i].parent) ==> grant_above(a, i);
  }
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
 * ERR_OUT_OF_CAPS: the account's limit or the table; ERR_GONE: the parent or one
 * above it is dying; ERR_BAD_ARG: deeper than GRANT_DEPTH_MAX.
 */
enum status grant_create(struct object *object, struct account *account, uint32_t parent,
                         const uint32_t *interfaces, uint32_t *out_grant);
/* Makes a live grant dying: from here on its copies are dead. */
/*@
  requires grants_valid && 0 < index < grants.count;
  requires grants.table[index].state == GRANT_LIVE ==> grants.table[index].epoch < UINT32_MAX;
  assigns grants.table[index].state, grants.table[index].epoch;
  ensures grants_valid && grants_later{Pre, Post};
  ensures grants.table[index].state != GRANT_LIVE;
  ensures grant_usable{Pre}(&grants.table[index]) ==> grant_usable(&grants.table[index]);
  ensures grants_sound{Pre} ==> grants_sound;
*/
void grant_kill(uint32_t index);
/*
 * One step towards the end of the grant and of all below it: kills it if need be. True: it was the
 * last step. The first grant of an object takes the object along.
 */
bool grant_revoke(uint32_t index);
/* The same, without its own end: true when it is dying, and nothing is below it or goes through it. */
/*@
  requires grants_valid && grants_sound && 0 < index < grants.count && grant_usable(&grants.table[index]);
  ensures \result ==> grants.table[index].state != GRANT_LIVE && grants.table[index].child == GRANT_NONE;
*/
bool grant_close(uint32_t index);
/* The end of a closed grant. */
void grant_release(uint32_t index);
/* The next grant of the same object, those above first; GRANT_NONE: there is no other. */
uint32_t grant_next(uint32_t index);
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

/* Undoes one thing that was done through a dying grant: a mapping, a call, a wait. True: nothing is left. */
bool grant_sever(uint32_t index);
