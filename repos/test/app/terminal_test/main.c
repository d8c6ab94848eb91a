/* SPDX-License-Identifier: MIT */
/*
 * Terminal test: echoes what is typed until it is told to end, after having asked for what it must not get.
 *
 * Lines it understands: `many` writes more than there is room for, `vanish` makes it fault when more is
 * typed, which it does not read, `end` ends it.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <kernel/client.h>
#include <string.h>
#include <terminal_session/client.h>
#include <test/check.h>

enum { LINE_SIZE = 64, MANY = 20000, PART = 1000, HUGE_SIZE = 1 << 30 };

struct test {
	struct check check;
	struct entrypoint entrypoint;
	struct signal_handler changed;
	struct session session;
	char line[LINE_SIZE];
	size_t used;
	bool vanishing;
	uint32_t to_write; /* what is left of `many` */
};

static struct test *test_of(struct signal_handler *handler)
{
	return (struct test *)((char *)handler - offsetof(struct test, changed));
}

static uint32_t show(struct test *test, const char *text, uint32_t size)
{
	const struct terminal_write_params params = {
		.data = {.at = (const uint8_t *)text, .size = size}};
	struct terminal_write_results results;

	if (terminal_write(&test->check.env->ipc, test->session.cap, &params, &results) != OK)
		return 0;
	return results.taken;
}

/* As much as there is room for; the rest when that is signalled. */
static void write_many(struct test *test)
{
	char part[PART];

	memset(part, '.', sizeof(part));
	while (test->to_write > 0) {
		const uint32_t size = test->to_write < PART ? test->to_write : PART;
		const uint32_t taken = show(test, part, size);

		test->to_write -= taken;
		if (taken < size)
			return;
	}
	show(test, "\nall\n", 5);
}

static void obey(struct test *test)
{
	if (strcmp(test->line, "many") == 0) {
		test->to_write = MANY;
		write_many(test);
	} else if (strcmp(test->line, "vanish") == 0) {
		test->vanishing = true;
		show(test, "soon\n", 5);
	} else if (strcmp(test->line, "end") == 0) {
		entrypoint_stop(&test->entrypoint);
	} else {
		show(test, "you said: ", 10);
		show(test, test->line, (uint32_t)strlen(test->line));
		show(test, "\n", 1);
	}
}

static uint32_t take_typed(struct test *test)
{
	enum { TYPED_MAX = 16 };
	const struct terminal_read_params params = {.size = TYPED_MAX};
	struct terminal_read_results results;
	char typed[TYPED_MAX];

	if (terminal_read(&test->check.env->ipc, test->session.cap, &params, &results) != OK ||
	    results.data.size > TYPED_MAX)
		return 0;
	const uint32_t size = results.data.size;
	memcpy(typed, results.data.at, size); /* the next call overwrites the page it lies in */
	for (uint32_t i = 0; i < size; i++) {
		const char c = typed[i];

		test->line[test->used] = c == '\n' ? '\0' : c;
		test->used = c == '\n' || test->used + 2 >= LINE_SIZE ? 0 : test->used + 1;
		if (c == '\n')
			obey(test);
	}
	return size;
}

static void changed(struct signal_handler *handler)
{
	struct test *test = test_of(handler);

	if (test->vanishing)
		__builtin_trap();
	if (test->to_write > 0)
		write_many(test);
	while (take_typed(test) > 0)
		continue;
}

/* Hostile, but to no avail. */
static void check_refusals(struct test *test)
{
	const struct session_request request = {.service = "Terminal"};
	struct check *check = &test->check;
	struct ipc *ipc = &check->env->ipc;
	struct terminal_listen_params listen = {.changed = CAP_NULL};
	const struct terminal_read_params all = {.size = HUGE_SIZE};
	struct terminal_read_results read;
	struct session second;

	check_status(check, "a second session", session_open(check->env, &request, &second),
	             ERR_DENIED);
	check_status(check, "no signal", terminal_listen(ipc, test->session.cap, &listen),
	             ERR_BAD_ARG);
	listen.changed = test->session.cap;
	check_status(check, "a signal that answers for itself",
	             terminal_listen(ipc, test->session.cap, &listen), ERR_BAD_ARG);
	check_status(check, "a read of what nobody can have typed",
	             terminal_read(ipc, test->session.cap, &all, &read), OK);
	check_that(check, "nothing was typed yet", read.data.size == 0);
	check_equal(check, "writing nothing", show(test, "", 0), 0);
}

int component_main(struct env *env)
{
	static struct test test = {.changed.run = changed};
	const struct session_request request = {.service = "Terminal"};

	test.check.env = env;
	if (entrypoint_init(&test.entrypoint, env, 0) != OK ||
	    entrypoint_add_signal(&test.entrypoint, &test.changed) != OK ||
	    !check_status(&test.check, "a session", session_open(env, &request, &test.session), OK))
		return 2;
	check_refusals(&test);
	const struct terminal_listen_params listen = {.changed = test.changed.signal};
	check_status(&test.check, "a signal", terminal_listen(&env->ipc, test.session.cap, &listen),
	             OK);
	show(&test, "type\n", 5);
	entrypoint_run(&test.entrypoint);
	session_close(env, &test.session);
	return check_result(&test.check);
}
