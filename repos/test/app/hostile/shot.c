/* SPDX-License-Identifier: MIT */
#include "shot.h"

#include <kernel/words.h>
#include <parent/words.h>

#include "attacks.h"
#include "catalogue.h"
#include "coverage.h"

enum {
	REFRESH = 16,
	WAIT_MIN_NS = 20000,
	WAIT_SPREAD_NS = 1000000,
	TABLE_MAX = 1024,
	STARTABLE = 16
};

uint64_t ipc_syscall(uint64_t word, uint64_t target, uint64_t window, uint64_t deadline,
                     uint64_t words[8], uint64_t out[2]);

static cap_t startable[STARTABLE]; /* of all threads of the one attacker */
static unsigned startable_count;

void shot_allow_start(cap_t thread)
{
	startable[startable_count++ % STARTABLE] = thread;
}

cap_t shot_some_startable(struct random *random)
{
	return startable[random_below(random, STARTABLE)];
}

static bool may_start(cap_t thread)
{
	for (unsigned i = 0; i < STARTABLE; i++) {
		if (startable[i].id == thread.id)
			return cap_valid(thread);
	}
	return false;
}

static uint32_t interface_of(const struct shot *shot)
{
	return (uint32_t)(shot->word >> OP_INTERFACE_SHIFT);
}

static uint16_t method_of(const struct shot *shot)
{
	return (uint16_t)(shot->word >> OP_METHOD_SHIFT);
}

static struct message_page *send_page(const struct attacker *attacker, const struct shot *shot)
{
	const unsigned page = (shot->window >> WINDOW_SEND_PAGE_SHIFT) & WINDOW_PAGE_MASK;

	return &attacker->pages[page < attacker->page_count ? page : 0];
}

static bool own_slot(uint64_t id)
{
	return cap_slot((cap_t){id}) < HOARD_FIRST;
}

/* Calls that would end the attacker, not the system. */
static bool suicidal(const struct attacker *attacker, const struct shot *shot)
{
	const uint64_t *words = shot->words;
	const uint16_t method = method_of(shot);

	if ((shot->word & 0xff) != SYSCALL_CALL)
		return false;
	switch (interface_of(shot)) {
	case SELF_INTERFACE:
		if (method == SELF_EXIT || method == SELF_DETACH)
			return !attacker->expendable;
		return (method == SELF_DROP || method == SELF_REVOKE) && own_slot(words[0]);
	case SPACE_INTERFACE:
		return (method == SPACE_UNMAP && words[0] < PLAYGROUND) ||
		       (method == SPACE_GROW_TABLE && words[0] > TABLE_MAX);
	case THREAD_INTERFACE:
		return (method == THREAD_START || method == THREAD_RESUME) &&
		       !may_start(shot->target);
	case PARENT_INTERFACE:
		return method == PARENT_EXIT ||
		       (method == PARENT_CLOSE && (uint32_t)words[0] <= attacker->own_ids);
	default: return false;
	}
}

/* What it needs, and threads whose stacks are used again, it only copies. */
static void keep_own(const struct attacker *attacker, struct shot *shot)
{
	const struct message_page *page = send_page(attacker, shot);

	for (unsigned i = 0; i < IPC_CAPS_MAX; i++) {
		const struct hoard_entry *entry =
			hoard_find(attacker->hoard, (cap_t){page->caps[i]});

		if (own_slot(page->caps[i]) || (entry && entry->kind == OBJECT_KIND_THREAD))
			shot->window &= ~(1ul << (WINDOW_MOVE_SHIFT + i));
	}
}

static bool waits(const struct attacker *attacker, const struct shot *shot)
{
	const struct hoard_entry *entry;

	switch (shot->word & 0xff) {
	case SYSCALL_CALL:
		entry = hoard_find(attacker->hoard, shot->target);
		return !entry || entry->kind == OBJECT_KIND_COMPONENT ||
		       entry->kind == OBJECT_KIND_ENDPOINT || entry->kind == OBJECT_KIND_MEMORY;
	case SYSCALL_REPLY_WAIT: return !(shot->word & OP_NO_WAIT);
	case SYSCALL_RING_ENTER: return shot->words[1] != 0;
	default: return false;
	}
}

static void limit_wait(struct attacker *attacker, struct shot *shot)
{
	/* init has many to serve */
	const uint32_t spread =
		shot->target.id == attacker->env->parent.id ? 5 * WAIT_SPREAD_NS : WAIT_SPREAD_NS;

	if (waits(attacker, shot) &&
	    (shot->deadline == 0 || shot->deadline > attacker->now + spread))
		shot->deadline =
			attacker->now + WAIT_MIN_NS + random_below(&attacker->random, spread);
}

static uint64_t raw(struct shot *shot)
{
	return ipc_syscall(shot->word, shot->target.id, shot->window, shot->deadline, shot->words,
	                   shot->out);
}

static struct shot self_call(uint16_t method, uint64_t word)
{
	return (struct shot){
		.word = SYSCALL_CALL | 1u << OP_WORDS_SHIFT | (uint64_t)method << OP_METHOD_SHIFT |
	                (uint64_t)SELF_INTERFACE << OP_INTERFACE_SHIFT,
		.words = {word},
	};
}

static void look_at_clock(struct attacker *attacker)
{
	struct shot shot = self_call(SELF_TIME, 0);

	if ((raw(&shot) & 0xff) == OK)
		attacker->now = shot.words[0];
}

void shot_adopt(struct attacker *attacker, cap_t cap)
{
	struct shot question = self_call(SELF_INSPECT, cap.id);
	struct self_inspect_results results;
	cap_t none;

	if (!cap_valid(cap) || (raw(&question) & 0xff) != OK)
		return;
	self_inspect_results_unpack(question.words, &none, &results);
	hoard_add(attacker->hoard, cap, results.kind, results.interface);
}

static void hoard_received(struct attacker *attacker, const struct shot *shot)
{
	const unsigned number = (shot->window >> WINDOW_RECEIVE_PAGE_SHIFT) & WINDOW_PAGE_MASK;
	const struct message_page *page =
		&attacker->pages[number < attacker->page_count ? number : 0];

	for (unsigned i = 0; i < shot->out[1] && i < IPC_CAPS_MAX; i++)
		shot_adopt(attacker, (cap_t){page->caps[i]});
}

/* What is dropped or has been moved away is known to be stale from now on. */
static void note_losses(struct attacker *attacker, const struct shot *before)
{
	const struct message_page *page = send_page(attacker, before);

	if (before->word >> OP_INTERFACE_SHIFT == SELF_INTERFACE && method_of(before) == SELF_DROP)
		hoard_lose(attacker->hoard, (cap_t){before->words[0]});
	for (unsigned i = 0; i < (before->window & WINDOW_SEND_MASK) && i < IPC_CAPS_MAX; i++) {
		if (before->window >> (WINDOW_MOVE_SHIFT + i) & 1)
			hoard_lose(attacker->hoard, (cap_t){page->caps[i]});
	}
}

/* Not what only claims to be a kernel's object, and is served by the attacker itself. */
bool shot_counts(const struct attacker *attacker, const struct shot *shot)
{
	const uint32_t interface = interface_of(shot);
	const struct hoard_entry *entry = hoard_find(attacker->hoard, shot->target);

	if (!catalogue_kernel(interface) || interface == SELF_INTERFACE ||
	    interface == PAGER_INTERFACE)
		return true;
	if (!entry)
		return interface == THREAD_INTERFACE && own_slot(shot->target.id);
	return entry->kind != OBJECT_KIND_COMPONENT &&
	       catalogue_offers(entry->interface, interface);
}

static void note_answer(const struct attacker *attacker, const struct shot *shot,
                        const struct shot *before, uint64_t status)
{
	if ((before->word & 0xff) != SYSCALL_CALL)
		return;
	if (status != OK || shot_counts(attacker, before))
		coverage_note(interface_of(before), method_of(before), status);
	if (status == OK && interface_of(before) == PARENT_INTERFACE &&
	    method_of(before) == PARENT_SESSION)
		sessions_note((uint32_t)shot->words[0]);
}

enum status shot_fire(struct attacker *attacker, struct shot *shot)
{
	if (attacker->fired % REFRESH == 0)
		look_at_clock(attacker);
	attacker->fired++;
	(*attacker->total)++;
	if (suicidal(attacker, shot))
		return ERR_DENIED;
	keep_own(attacker, shot);
	limit_wait(attacker, shot);

	const struct shot before = *shot;
	const uint64_t answer = raw(shot);

	if ((answer & 0xff) == OK) {
		attacker->answered++;
		note_losses(attacker, &before);
	}
	note_answer(attacker, shot, &before, answer & 0xff);
	shot->word = answer;
	hoard_received(attacker, shot);
	return (enum status)(answer & 0xff);
}

enum status shot_call(struct attacker *attacker, cap_t target, uint32_t interface, uint16_t method,
                      const uint64_t *words, unsigned word_count, const cap_t *caps,
                      unsigned cap_count, struct shot *out_shot)
{
	const uint32_t first = hoard_window(attacker->hoard, &attacker->random, 2);
	struct shot shot = {
		.word = SYSCALL_CALL | word_count << OP_WORDS_SHIFT |
	                (uint64_t)method << OP_METHOD_SHIFT |
	                (uint64_t)interface << OP_INTERFACE_SHIFT,
		.target = target,
		.window = cap_count | 2ul << WINDOW_OPEN_SHIFT |
	                  (uint64_t)first << WINDOW_FIRST_SHIFT,
	};

	for (unsigned i = 0; i < word_count; i++)
		shot.words[i] = words[i];
	for (unsigned i = 0; i < cap_count; i++)
		attacker->pages[0].caps[i] = caps[i].id;

	const enum status status = shot_fire(attacker, &shot);

	*out_shot = shot;
	return status;
}

cap_t shot_result(const struct attacker *attacker, const struct shot *shot)
{
	return shot->out[1] > 0 ? (cap_t){attacker->pages[0].caps[0]} : CAP_NULL;
}
