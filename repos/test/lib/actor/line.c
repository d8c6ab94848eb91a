/* SPDX-License-Identifier: MIT */
#include <kernel/client.h>
#include <test/actor.h>

enum { BEGUN = 1, DONE = 2 };

static struct actor_line *next(struct actor *actor, uint64_t word)
{
	struct actor_line *line = &actor->script->lines[actor->lines++];

	if (actor->lines > ACTOR_LINES)
		check_that(&actor->theatre->check, "the script is long enough", false);
	*line = (struct actor_line){.word = word};
	line_pages(line, 0, 1);
	return line;
}

static uint64_t word_of(uint32_t interface, unsigned method, unsigned words)
{
	return SYSCALL_CALL | (uint64_t)interface << OP_INTERFACE_SHIFT |
	       (uint64_t)method << OP_METHOD_SHIFT | (uint64_t)words << OP_WORDS_SHIFT;
}

struct actor_line *actor_call(struct actor *actor, cap_t target, uint32_t interface,
                              unsigned method, uint64_t word)
{
	struct actor_line *line = next(actor, word_of(interface, method, 1));

	line->target = target.id;
	line->words[0] = word;
	return line;
}

struct actor_line *actor_receive(struct actor *actor, cap_t endpoint)
{
	struct actor_line *line = next(actor, SYSCALL_REPLY_WAIT | OP_NO_REPLY);

	line->target = endpoint.id;
	return line;
}

static uint64_t answer_word(enum status status)
{
	return SYSCALL_REPLY_WAIT | OP_NO_WAIT | (uint64_t)status << OP_METHOD_SHIFT |
	       1u << OP_WORDS_SHIFT;
}

struct actor_line *actor_answer(struct actor *actor, enum status status, uint64_t word)
{
	struct actor_line *line = next(actor, answer_word(status));

	line->words[0] = word;
	return line;
}

struct actor_line *actor_answer_receive(struct actor *actor, cap_t endpoint, enum status status,
                                        uint64_t word)
{
	struct actor_line *line = actor_answer(actor, status, word);

	line->word &= ~(uint64_t)OP_NO_WAIT;
	line->target = endpoint.id;
	return line;
}

struct actor_line *actor_answer_kept(struct actor *actor, cap_t endpoint, unsigned slot,
                                     uint64_t word)
{
	struct actor_line *line = actor_answer(actor, OK, word);

	line->target = endpoint.id;
	line->window |= (uint64_t)slot << WINDOW_REPLY_SLOT_SHIFT;
	return line;
}

struct actor_line *actor_pause(struct actor *actor, cap_t memory)
{
	struct actor_line *line =
		next(actor, word_of(MEMORY_OBJECT_INTERFACE, MEMORY_OBJECT_FUTEX_WAIT, 2));

	line->target = memory.id;
	line->words[0] = ACTOR_GATE;
	line->words[1] = 0;
	return line;
}

struct actor_line *actor_detach(struct actor *actor)
{
	return next(actor, word_of(SELF_INTERFACE, SELF_DETACH, 0));
}

struct actor_line *actor_keep(struct actor *actor, cap_t endpoint, unsigned slot)
{
	return actor_call(actor, endpoint, ENDPOINT_INTERFACE, ENDPOINT_KEEP, slot);
}

void line_send(struct actor_line *line, const cap_t *caps, unsigned count, unsigned moves)
{
	line->window |= count | (uint64_t)moves << WINDOW_MOVE_SHIFT;
	for (unsigned i = 0; i < count; i++)
		line->caps[i] = caps[i].id;
}

void line_open(struct actor_line *line, unsigned first, unsigned count)
{
	line->window |= (uint64_t)count << WINDOW_OPEN_SHIFT | (uint64_t)first
	                                                               << WINDOW_FIRST_SHIFT;
}

void line_pages(struct actor_line *line, unsigned send, unsigned receive)
{
	line->window &= ~((uint64_t)WINDOW_PAGE_MASK << WINDOW_SEND_PAGE_SHIFT |
	                  (uint64_t)WINDOW_PAGE_MASK << WINDOW_RECEIVE_PAGE_SHIFT);
	line->window |= (uint64_t)send << WINDOW_SEND_PAGE_SHIFT |
	                (uint64_t)receive << WINDOW_RECEIVE_PAGE_SHIFT;
}

bool line_done(const struct actor_line *line)
{
	return *(const volatile uint64_t *)&line->begun == DONE;
}

void check_line(struct theatre *theatre, const char *what, const struct actor_line *line,
                enum status status)
{
	if (!line_done(line)) {
		check_that(&theatre->check, what, false);
		return;
	}
	check_status(&theatre->check, what, (enum status)(line->answer & 0xff), status);
}

void check_waits(struct theatre *theatre, const char *what, const struct actor_line *line)
{
	check_that(&theatre->check, what, *(const volatile uint64_t *)&line->begun == BEGUN);
}
