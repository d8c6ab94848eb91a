/* SPDX-License-Identifier: MIT */
/*
 * Sequence: a parent with a policy of its own, which is: one child after another.
 *
 * The children of its configuration run in their order, each in the budget that all share in turn. What they ask
 * for is passed on to the sequence's own parent, under the child's name: none of them has more than
 * the sequence itself may have. It ends with the first code that is not 0, or with 0.
 */
#include <base/backtrace.h>
#include <base/child_component.h>
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <parent/server.h>
#include <sequence_config/types.h>

enum { REPLY_SLOTS = 1, CODE_FAULT = 255 };

struct sequence {
	struct entrypoint entrypoint;
	struct child_component child;
	struct signal_handler faulted;
	struct timeout next; /* beginning and end are the loop's, not a call's of the child */
	struct config config;
	struct program program;
	uint32_t place;
	int code; /* of the past child */
};

static struct sequence *of_child(struct served *served)
{
	return (struct sequence *)((char *)served - offsetof(struct sequence, child.parent));
}

/* The child has come to its end, whatever that is. */
static void ended(struct sequence *sequence, int code)
{
	log_line(sequence->entrypoint.env, "%s has ended: %d", sequence->program.binary.at, code);
	sequence->code = sequence->program.may_fail ? 0 : code;
	child_component_end(&sequence->child);
	entrypoint_arm(&sequence->entrypoint, &sequence->next, 1);
}

/* ---- what a child may ask of its parent ---- */

static enum status session(void *self, struct request *request,
                           const struct parent_session_params *params,
                           struct parent_session_results *results)
{
	struct sequence *sequence = self;

	(void)request;
	return child_component_session(&sequence->child, sequence->program.binary.at, params,
	                               results);
}

static enum status close(void *self, struct request *request,
                         const struct parent_close_params *params)
{
	(void)request;
	return child_component_close(&((struct sequence *)self)->child, params->id);
}

static enum status leave(void *self, struct request *request,
                         const struct parent_exit_params *params)
{
	(void)request;
	ended(self, params->code);
	return ERR_GONE; /* nobody is left to read it */
}

/* All there is it has already. */
static enum status more(void *self, struct request *request,
                        const struct parent_request_params *params)
{
	(void)self, (void)request, (void)params;
	return ERR_DENIED;
}

static enum status resources(void *self, struct request *request,
                             struct parent_resources_results *results)
{
	(void)request;
	return child_component_resources(&((struct sequence *)self)->child, results);
}

/* A child of a sequence serves nobody: it cannot announce, and what else is missing here is unsupported. */
static const struct parent_server methods = {
	.session = session, .close = close, .exit = leave, .request = more, .resources = resources};

static enum status dispatch(struct served *served, struct request *request)
{
	return parent_dispatch(&methods, of_child(served), request);
}

/* ---- one after another ---- */

static void look_for_fault(struct signal_handler *handler)
{
	struct sequence *sequence =
		(struct sequence *)((char *)handler - offsetof(struct sequence, faulted));
	struct env *env = sequence->entrypoint.env;
	char text[FAULT_TEXT_MAX];

	if (!sequence->child.alive || !fault_describe(env, sequence->child.domain, text))
		return;
	log_line(env, "%s has faulted: %s", sequence->program.binary.at, text);
	ended(sequence, CODE_FAULT);
}

static enum status begin(struct sequence *sequence)
{
	const char *binary = sequence->program.binary.at;
	const struct child_component_setup setup = {
		.name = binary,
		.binary = binary,
		.ram = sequence->config.ram,
		.caps = sequence->config.caps,
		.dispatch = dispatch,
		.faulted = sequence->faulted.signal,
	};

	return child_component_start(&sequence->child, &sequence->entrypoint, &setup);
}

static void next(struct timeout *timeout)
{
	struct sequence *sequence =
		(struct sequence *)((char *)timeout - offsetof(struct sequence, next));
	enum status status;

	if (sequence->code != 0 ||
	    program_list_get(&sequence->config.run, sequence->place++, &sequence->program) != OK) {
		entrypoint_stop(&sequence->entrypoint);
		return;
	}
	status = begin(sequence);
	if (status == OK)
		return;
	log_line(sequence->entrypoint.env, "%s can't be started: %s", sequence->program.binary.at,
	         status_name(status));
	ended(sequence, CODE_FAULT);
}

int component_main(struct env *env)
{
	static struct sequence sequence = {.faulted = {.run = look_for_fault},
	                                   .next = {.run = next}}; /* the one of this component */
	struct rom rom;

	if (rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &sequence.config) != OK ||
	    entrypoint_init(&sequence.entrypoint, env, REPLY_SLOTS) != OK ||
	    entrypoint_add_signal(&sequence.entrypoint, &sequence.faulted) != OK) {
		log_line(env, "the configuration or the budget can't be used");
		return 1;
	}
	entrypoint_arm(&sequence.entrypoint, &sequence.next, 1);
	entrypoint_run(&sequence.entrypoint);
	return sequence.code;
}
