/* SPDX-License-Identifier: MIT */
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
