/* SPDX-License-Identifier: MIT */
#include "victim.h"

#include <parent/server.h>

/* True: this was one request too many. */
static bool dies(struct victim *victim)
{
	if (victim->requests_left-- > 0)
		return false;
	victim->ended(victim);
	return true;
}

static enum status session(void *self, struct request *request,
                           const struct parent_session_params *params,
                           struct parent_session_results *results)
{
	struct victim *victim = self;

	(void)request;
	return dies(victim) ? ERR_GONE
	                    : child_component_session(&victim->child, NULL, params, results);
}

static enum status close(void *self, struct request *request,
                         const struct parent_close_params *params)
{
	struct victim *victim = self;

	(void)request;
	return dies(victim) ? ERR_GONE : child_component_close(&victim->child, params->id);
}

static enum status leave(void *self, struct request *request,
                         const struct parent_exit_params *params)
{
	struct victim *victim = self;

	(void)request, (void)params;
	victim->ended(victim);
	return ERR_GONE;
}

static enum status more(void *self, struct request *request,
                        const struct parent_request_params *params)
{
	(void)self, (void)request, (void)params;
	return ERR_DENIED;
}

static enum status resources(void *self, struct request *request,
                             struct parent_resources_results *results)
{
	struct victim *victim = self;

	(void)request;
	return dies(victim) ? ERR_GONE : child_component_resources(&victim->child, results);
}

static const struct parent_server methods = {
	.session = session, .close = close, .exit = leave, .request = more, .resources = resources};

static enum status dispatch(struct served *served, struct request *request)
{
	struct victim *victim =
		(struct victim *)((char *)served - offsetof(struct victim, child.parent));

	return parent_dispatch(&methods, victim, request);
}

enum status victim_start(struct victim *victim, struct entrypoint *entrypoint, const char *binary)
{
	const struct child_component_setup setup = {
		.name = "victim",
		.binary = binary,
		.ram = victim->ram,
		.caps = victim->caps,
		.dispatch = dispatch,
	};

	return child_component_start(&victim->child, entrypoint, &setup);
}

void victim_kill(struct victim *victim)
{
	child_component_end(&victim->child);
}
