/* SPDX-License-Identifier: MIT */
#include "message.h"

#include "domain.h"

struct transfer {
	unsigned count;
	uint32_t moves;
	uint32_t first; /* receiver's first slot */
	cap_t caps[IPC_CAPS_MAX];
	struct cap_entry *entries[IPC_CAPS_MAX]; /* NULL: nothing is sent in this place */
};

/*@
  predicate side_valid{L}(struct message_side *s) =
    \valid_read(s) && \valid(s->domain) && cap_table_valid(&s->domain->caps) &&
    (s->send == \null || \valid(s->send)) && (s->receive == \null || \valid(s->receive));

  // A transfer is the kernel's own: no table, page or grant lies in it.
  predicate transfer_apart{L}(struct transfer *t, struct message_side *s) =
    \valid(t) && \separated(t, s, s->domain,
      s->domain->caps.entries + (0 .. s->domain->caps.slots - 1),
      grants.table + (0 .. grants.count - 1)) &&
    (s->send == \null || \separated(t, s->send)) && (s->receive == \null || \separated(t, s->receive));
*/

/* A capability that is moved may be named once only. */
/*@
  requires \valid_read(transfer) && transfer->count <= IPC_CAPS_MAX && index < transfer->count;
  assigns \nothing;
  ensures \result <==> \exists integer i; 0 <= i < transfer->count && i != index &&
    transfer->entries[i] == transfer->entries[index];
*/
static bool named_twice(const struct transfer *transfer, unsigned index)
{
	/*@
	  loop invariant 0 <= i <= transfer->count;
	  loop invariant \forall integer k; 0 <= k < i && k != index ==>
	    transfer->entries[k] != transfer->entries[index];
	  loop assigns i;
	  loop variant transfer->count - i;
	*/
	for (unsigned i = 0; i < transfer->count; i++) {
		if (i != index && transfer->entries[i] == transfer->entries[index])
			return true;
	}
	return false;
}

/*@
  requires side_valid(from) && transfer_apart(transfer, from);
  assigns *transfer;
  ensures \result == OK ==> transfer->count <= IPC_CAPS_MAX &&
    (transfer->count > 0 ==> from->send != \null);
*/
static enum status resolve(const struct message_side *from, struct transfer *transfer)
{
	transfer->count = from->window & WINDOW_SEND_MASK;
	transfer->moves = (from->window >> WINDOW_MOVE_SHIFT) & WINDOW_MOVE_MASK;
	if (transfer->count == 0)
		return OK;
	if (transfer->count > IPC_CAPS_MAX || !from->send)
		return ERR_BAD_ARG;
	/*@
	  loop invariant 0 <= i <= transfer->count <= IPC_CAPS_MAX;
	  loop invariant \forall integer k; 0 <= k < from->domain->caps.slots ==>
	    from->domain->caps.entries[k] == \at(from->domain->caps.entries[k], Pre);
	  loop assigns i, transfer->entries[0 .. IPC_CAPS_MAX - 1];
	  loop variant transfer->count - i;
	*/
	for (unsigned i = 0; i < transfer->count; i++) {
		const cap_t cap = {read_once(from->send->caps[i])};

		transfer->entries[i] = NULL;
		if (!cap_valid(cap))
			continue;

		const enum status status =
			cap_table_find(&from->domain->caps, cap, &transfer->entries[i]);

		if (status != OK)
			return status;
	}
	/*@
	  loop invariant 0 <= i <= transfer->count;
	  loop assigns i;
	  loop variant transfer->count - i;
	*/
	for (unsigned i = 0; i < transfer->count; i++) {
		if (transfer->entries[i] && (transfer->moves & 1u << i) && named_twice(transfer, i))
			return ERR_BAD_ARG;
	}
	return OK;
}

/*@
  requires side_valid(to) && transfer_apart(transfer, to) && transfer->count <= IPC_CAPS_MAX;
  assigns transfer->first;
  ensures \result == OK && transfer->count > 0 ==> to->receive != \null;
  ensures \result == OK ==> transfer->count <= ((to->window >> WINDOW_OPEN_SHIFT) & WINDOW_OPEN_MASK);
*/
static enum status check_window(const struct message_side *to, struct transfer *transfer)
{
	const unsigned open = (to->window >> WINDOW_OPEN_SHIFT) & WINDOW_OPEN_MASK;

	transfer->first = (uint32_t)(to->window >> WINDOW_FIRST_SHIFT);
	if (transfer->count == 0)
		return OK;
	if (transfer->count > open || !to->receive)
		return ERR_INSUFFICIENT_CAPS;
	/*@
	  loop invariant 0 <= i <= transfer->count;
	  loop assigns i;
	  loop variant transfer->count - i;
	*/
	for (unsigned i = 0; i < transfer->count; i++) {
		if (!cap_table_free(&to->domain->caps, transfer->first + i))
			return ERR_INSUFFICIENT_CAPS;
	}
	return OK;
}

static void move_caps(const struct message_side *from, const struct message_side *to,
                      const struct transfer *transfer)
{
	struct cap_table *source = &from->domain->caps;

	for (unsigned i = 0; i < transfer->count; i++) {
		struct cap_entry *entry = transfer->entries[i];
		cap_t cap = CAP_NULL;

		if (entry) {
			const bool move = transfer->moves & 1u << i;
			const uint32_t grant = entry->grant;
			const uint32_t flags =
				move ? entry->flags : entry->flags & ~(uint32_t)CAP_OWNER;

			if (move)
				cap_table_clear(source, (uint32_t)(entry - source->entries));
			cap = cap_table_insert(&to->domain->caps, transfer->first + i, grant,
			                       flags);
		}
		to->receive->caps[i] = cap.id;
	}
}

enum status message_transfer_full(const struct message_side *from, uint64_t word,
                                  const struct message_side *to, struct message_result *out_result)
{
	const bool paged = word & OP_PAGED;
	const unsigned words = (word >> OP_WORDS_SHIFT) & OP_WORDS_MASK;
	struct transfer transfer;
	uint32_t size = 0;

	/* decide */
	if (words > IPC_WORDS_MAX || (paged && !from->send))
		return ERR_BAD_ARG;
	if (paged) {
		size = read_once(from->send->size);
		if (size > IPC_SEGMENT_BYTES)
			return ERR_BAD_ARG;
		if (!to->receive)
			return ERR_INSUFFICIENT_RAM;
	}

	enum status status = resolve(from, &transfer);

	if (status == OK)
		status = check_window(to, &transfer);
	if (status != OK)
		return status;

	/* commit */
	if (words)
		memory_copy_words(to->words, from->words, IPC_WORDS_MAX);
	if (paged) {
		memory_copy(to->receive->segment, from->send->segment, (size + 7) / 8);
		to->receive->size = size;
	}
	move_caps(from, to, &transfer);
	out_result->word = (word & OP_PAGED) | message_words(word);
	out_result->caps = transfer.count;
	return OK;
}
