/* SPDX-License-Identifier: MIT */
#include "routed_message.h"

#include <parent/client.h>
#include <root/client.h>

enum status routed_fill_session(struct ring_request *request, struct message *message,
                                void *segment)
{
	const struct routed_session *session = routed_of_request(request);
	const struct parent_session_params params = {
		.service = capnp_text_of(session->service),
		.label = capnp_text_of(session->label.text),
		.args = {.at = session->args, .size = (uint32_t)session->args_size},
		.argument = session->argument,
		.ram = session->ram - ROUTED_OVERHEAD_RAM,
		.caps = session->caps,
	};

	return capnp_message_encode(&parent_session_params_layout, &params, message, segment);
}

enum status routed_fill_create(struct ring_request *request, struct message *message, void *segment)
{
	const struct routed_session *session = routed_of_request(request);
	const struct root_create_params params = {
		.id = session->id,
		.label = capnp_text_of(session->label.text),
		.args = {.at = session->args, .size = (uint32_t)session->args_size},
		.argument = session->argument,
		.account = session->account,
		.ram = session->ram - ROUTED_OVERHEAD_RAM,
		.caps = session->caps - ROUTED_OVERHEAD_CAPS,
	};

	return capnp_message_encode(&root_create_params_layout, &params, message, segment);
}

enum status routed_fill_parent_close(struct ring_request *request, struct message *message,
                                     void *segment)
{
	const struct parent_close_params params = {.id = routed_of_request(request)->parent_id};

	(void)segment;
	message->word_count = PARENT_CLOSE_PARAMS_WORDS;
	parent_close_params_pack(&params, message->words, message->caps);
	return OK;
}

enum status routed_fill_root_close(struct ring_request *request, struct message *message,
                                   void *segment)
{
	const struct root_close_params params = {.id = routed_of_request(request)->id};

	(void)segment;
	message->word_count = ROOT_CLOSE_PARAMS_WORDS;
	root_close_params_pack(&params, message->words, message->caps);
	return OK;
}

enum status routed_fill_parent_upgrade(struct ring_request *request, struct message *message,
                                       void *segment)
{
	const struct routed_session *session = routed_of_request(request);
	const struct parent_upgrade_params params = {
		.id = session->parent_id, .ram = session->more_ram, .caps = session->more_caps};

	(void)segment;
	message->word_count = PARENT_UPGRADE_PARAMS_WORDS;
	parent_upgrade_params_pack(&params, message->words, message->caps);
	return OK;
}

enum status routed_fill_root_upgrade(struct ring_request *request, struct message *message,
                                     void *segment)
{
	const struct routed_session *session = routed_of_request(request);
	const struct root_upgrade_params params = {
		.id = session->id, .ram = session->more_ram, .caps = session->more_caps};

	(void)segment;
	message->word_count = ROOT_UPGRADE_PARAMS_WORDS;
	root_upgrade_params_pack(&params, message->words, message->caps);
	return OK;
}
