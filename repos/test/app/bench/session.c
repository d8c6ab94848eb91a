/* SPDX-License-Identifier: MIT */
#include <base/log.h>
#include <base/session.h>
#include <bench/samples.h>

#include "suite.h"

enum { ROUNDS = 51 };

enum status session_suite(struct env *env, const char *id)
{
	const struct session_request request = {.service = "Bench"};
	struct samples samples = {0};

	for (unsigned i = 0; i < ROUNDS; i++) {
		const uint64_t begin = sample_begin();
		struct session session;
		const enum status status = session_open(env, &request, &session);

		if (status != OK)
			return status;
		session_close(env, &session);
		samples_add(&samples, sample_end(begin));
	}
	samples_report(&samples, env, id, 1);
	return OK;
}

static uint64_t ticks(void)
{
	uint64_t high, low;

	asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return high << 32 | low;
}

enum status clock_suite(struct env *env)
{
	log_line(env, "counts %lu instructions", ticks());
	return OK;
}

/* Many at a time: what each one takes to open, and to close. */
enum status sessions_suite(struct env *env, uint32_t count)
{
	const struct session_request request = {.service = "Bench"};
	struct session *sessions = heap_alloc(&env->heap, count * sizeof(*sessions));
	uint64_t begin = ticks();

	if (!sessions || count == 0)
		return ERR_OUT_OF_RAM;
	for (uint32_t i = 0; i < count; i++) {
		const bool room = env_reserve_slots(env);
		const enum status status = !room ? ERR_OUT_OF_CAPS : session_open(env, &request, &sessions[i]);

		if (status != OK)
			return status;
	}
	log_line(env, "bench growth.session_open %lu instructions", (ticks() - begin) / count);
	begin = ticks();
	for (uint32_t i = 0; i < count; i++)
		session_close(env, &sessions[i]);
	log_line(env, "bench growth.session_close %lu instructions", (ticks() - begin) / count);
	return OK;
}
