/* SPDX-License-Identifier: MIT */
/*
 * Charge: new objects, paid by the account. Account: limits and the end.
 */
#include "invocation.h"
#include "object/endpoint.h"
#include "object/finish.h"
#include "object/memory_object.h"
#include "object/ring.h"

static struct account *target(const struct invocation *in)
{
	return (struct account *)in->object;
}

static enum status usage(struct invocation *in)
{
	const struct account *account = target(in);
	const struct charge_usage_results results = {
		.ram_limit = account->ram_limit,
		.ram_used = account->ram_used,
		.ram_peak = account->ram_peak,
		.caps_limit = account->caps_limit,
		.caps_used = account->caps_used,
		.caps_peak = account->caps_peak,
	};

	charge_usage_results_pack(&results, in->words, in->caps);
	in->word_count = CHARGE_USAGE_RESULTS_WORDS;
	return OK;
}

static enum status create_account(struct invocation *in)
{
	struct charge_create_account_params params;
	struct creation creation;
	enum status status = ERR_BAD_ARG;

	charge_create_account_params_unpack(in->words, in->caps, &params);
	if (target(in)->depth + 1 < ACCOUNT_DEPTH_MAX)
		status = creation_begin(&creation, in, target(in), OBJECT_ACCOUNT);
	if (status != OK)
		return status;
	creation.facet = params.charge_only ? CHARGE_INTERFACE : 0;
	return creation_conclude(&creation, in,
	                         account_init((struct account *)creation.object, target(in),
	                                      params.ram, params.caps));
}

static enum status create_domain(struct invocation *in)
{
	struct charge_create_domain_params params;
	struct creation creation;

	charge_create_domain_params_unpack(in->words, in->caps, &params);
	if (params.slots > CAP_TABLE_SLOTS_FIRST)
		return ERR_BAD_ARG;

	const enum status status = creation_begin(&creation, in, target(in), OBJECT_DOMAIN);

	if (status != OK)
		return status;
	return creation_conclude(&creation, in,
	                         domain_init((struct domain *)creation.object, params.slots));
}

static enum status create_thread(struct invocation *in)
{
	struct charge_create_thread_params params;
	struct cap_entry *domain, *context;
	struct creation creation;

	charge_create_thread_params_unpack(in->words, in->caps, &params);

	enum status status =
		invocation_argument(in, params.domain, OBJECT_DOMAIN, SPACE_INTERFACE, &domain);

	if (status == OK)
		status = invocation_argument(in, params.context, OBJECT_SCHED_CONTEXT,
		                             SCHED_CONTEXT_INTERFACE, &context);
	if (status == OK)
		status = creation_begin(&creation, in, target(in), OBJECT_THREAD);
	if (status != OK)
		return status;

	const struct thread_request request = {
		.domain = (struct domain *)domain->object,
		.home = (struct sched_context *)context->object,
		.entry = params.entry,
		.stack = params.stack,
		.argument = params.argument,
		.message_address = params.message_address,
		.message_pages = params.message_pages,
	};

	return creation_conclude(&creation, in,
	                         thread_init((struct thread *)creation.object, &request));
}

static enum status create_endpoint(struct invocation *in)
{
	struct charge_create_endpoint_params params;
	struct creation creation;

	charge_create_endpoint_params_unpack(in->words, in->caps, &params);
	if (params.reply_slots > ENDPOINT_REPLY_SLOTS_MAX)
		return ERR_BAD_ARG;

	const enum status status = creation_begin(&creation, in, target(in), OBJECT_ENDPOINT);

	if (status != OK)
		return status;
	return creation_conclude(&creation, in,
	                         endpoint_init((struct endpoint *)creation.object,
	                                       params.reply_slots, params.passive));
}

static enum status create_notification(struct invocation *in)
{
	struct creation creation;
	const enum status status = creation_begin(&creation, in, target(in), OBJECT_NOTIFICATION);

	if (status != OK)
		return status;
	notification_init((struct notification *)creation.object);
	return creation_conclude(&creation, in, OK);
}

static enum status create_memory(struct invocation *in)
{
	struct charge_create_memory_params params;
	struct creation creation;

	charge_create_memory_params_unpack(in->words, in->caps, &params);
	if (params.size == 0 || params.size > MEMORY_OBJECT_BYTES_MAX)
		return ERR_BAD_ARG;
	if (params.contiguous)
		return ERR_DENIED; /* takes the right to devices, see Platform */

	const enum status status = creation_begin(&creation, in, target(in), OBJECT_MEMORY);

	if (status != OK)
		return status;
	return creation_conclude(&creation, in,
	                         memory_object_init((struct memory_object *)creation.object,
	                                            params.size));
}

static enum status create_ring(struct invocation *in)
{
	struct charge_create_ring_params params;
	struct ring_request request = {0};
	struct cap_entry *domain;
	struct creation creation;

	charge_create_ring_params_unpack(in->words, in->caps, &params);

	enum status status =
		invocation_argument(in, params.domain, OBJECT_DOMAIN, SPACE_INTERFACE, &domain);

	if (status == OK)
		status = invocation_signal(in, params.completed, &request.completed, &request.bits);
	if (status == OK)
		status = creation_begin(&creation, in, target(in), OBJECT_RING);
	if (status != OK)
		return status;
	request.domain = (struct domain *)domain->object;
	request.address = params.address;
	request.entries = params.entries;
	request.buffers = params.buffers;
	return creation_conclude(&creation, in,
	                         ring_init((struct ring *)creation.object, &request));
}

static enum status fund(struct invocation *in)
{
	struct charge_fund_params params;
	struct account *child;

	charge_fund_params_unpack(in->words, in->caps, &params);

	const enum status status = invocation_account(in, params.child, &child);

	return status == OK ? account_fund(target(in), child, params.ram, params.caps) : status;
}

static invocation_method *const charge_list[] = {
	[CHARGE_USAGE] = usage,
	[CHARGE_CREATE_ACCOUNT] = create_account,
	[CHARGE_CREATE_DOMAIN] = create_domain,
	[CHARGE_CREATE_THREAD] = create_thread,
	[CHARGE_CREATE_ENDPOINT] = create_endpoint,
	[CHARGE_CREATE_NOTIFICATION] = create_notification,
	[CHARGE_CREATE_MEMORY] = create_memory,
	[CHARGE_CREATE_RING] = create_ring,
	[CHARGE_FUND] = fund,
};

METHOD_TABLE(charge, CHARGE);

static enum status refund(struct invocation *in)
{
	struct account_refund_params params;

	account_refund_params_unpack(in->words, in->caps, &params);
	return account_refund(target(in), params.ram, params.caps);
}

static enum status destroy(struct invocation *in)
{
	if (!target(in)->parent)
		return ERR_DENIED;
	finish_grant(in->caller, in->object->grant);
	return OK;
}

static invocation_method *const account_list[] = {
	[ACCOUNT_REFUND] = refund,
	[ACCOUNT_DESTROY] = destroy,
};

METHOD_TABLE(account, ACCOUNT);
