/* SPDX-License-Identifier: MIT */
/*
 * Asker: asks its parent for many Echo sessions at once, without waiting for any,
 * and tells the answers in the order in which they come.
 */
#include <asker_config/types.h>
#include <base/log.h>
#include <base/ring_client.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <parent/client.h>
#include <test/check.h>

enum {
	REQUESTS_MAX = 64,
	TABLE_SLOTS = 256,
	SESSION_RAM = 12288,
	SESSION_CAPS = 6,
	LINE_MAX = 120
};

struct asker;

struct pending {
	struct ring_request request;
	struct asker *asker;
	struct capnp_text label, wanted;
	unsigned number;
};

struct asker {
	struct check check;
	struct entrypoint entrypoint;
	struct ring_client ring;
	struct config config;
	struct pending pending[REQUESTS_MAX];
	unsigned count, answers;
};

static enum status fill(struct ring_request *request, struct message *message, void *segment)
{
	const struct pending *pending = (const struct pending *)request;
	const struct parent_session_params params = {
		.service = capnp_text_of("Echo"),
		.label = pending->label,
		.ram = SESSION_RAM,
		.caps = SESSION_CAPS,
	};

	return capnp_message_encode(&parent_session_params_layout, &params, message, segment);
}

static void answered(struct ring_request *request, enum status status, const struct message *answer)
{
	struct pending *pending = (struct pending *)request;
	struct asker *asker = pending->asker;
	char line[LINE_MAX];

	(void)answer; /* sessions stay open */
	text_format(line, sizeof(line), "number %u, %s: %s", pending->number, pending->label.at,
	            status_name(status));
	check_that(&asker->check, line, capnp_text_equal(pending->wanted, status_name(status)));
	if (++asker->answers == asker->config.answers && !asker->config.linger)
		entrypoint_stop(&asker->entrypoint);
}

static bool ask(struct asker *asker, const struct question *question)
{
	for (unsigned i = 0; i < question->count; i++) {
		struct pending *pending = &asker->pending[asker->count];

		if (asker->count == REQUESTS_MAX)
			return false;
		*pending = (struct pending){
			.request =
				{
					.target = asker->check.env->parent,
					.interface = PARENT_INTERFACE,
					.method = PARENT_SESSION,
					.fill = fill,
					.done = answered,
				},
			.asker = asker,
			.label = question->label,
			.wanted = question->status,
			.number = ++asker->count,
		};
		ring_client_call(&asker->ring, &pending->request);
	}
	return true;
}

int component_main(struct env *env)
{
	static struct asker asker; /* the one of this component */
	const struct ring_client_setup setup = {.entries = RING_CLIENT_ENTRIES_MAX};
	struct question question;
	struct rom rom;

	asker.check.env = env;
	if (env_grow_table(env, TABLE_SLOTS) != OK || rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &asker.config) != OK ||
	    entrypoint_init(&asker.entrypoint, env, 1) != OK ||
	    ring_client_init(&asker.ring, &asker.entrypoint, &setup) != OK)
		return 2;
	for (uint32_t i = 0; i < question_list_size(&asker.config.questions); i++) {
		if (question_list_get(&asker.config.questions, i, &question) != OK ||
		    !ask(&asker, &question))
			return 2;
	}
	if (asker.config.answers == 0)
		asker.config.answers = asker.count;
	entrypoint_run(&asker.entrypoint);
	return check_result(&asker.check);
}
