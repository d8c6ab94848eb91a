/* SPDX-License-Identifier: MIT */
#include <base/env.h>
#include <report_session/client.h>
#include <reporter/reporter.h>
#include <string.h>

static enum status attach(struct env *env, struct reporter *reporter)
{
	struct report_memory_results results;
	enum status status = report_memory(&env->ipc, reporter->session.cap, &results);

	if (status != OK)
		return status;
	reporter->memory = results.memory;

	const struct region_attach attach = {
		.memory = reporter->memory, .size = reporter->size_max, .write = true};

	return region_attach(&env->regions, &attach, &reporter->at);
}

enum status reporter_open(struct env *env, const char *label, size_t size_max,
                          struct reporter *out_reporter)
{
	const struct report_args args = {.size = size_max};
	struct reporter reporter = {.size_max = size_max};
	uint64_t segment[8];
	uint32_t used = 0;
	enum status status = report_args_encode(&args, segment, sizeof(segment), &used);
	const struct session_request request = {
		.service = "Report", .label = label, .args = segment, .args_size = used};

	if (status == OK)
		status = session_open(env, &request, &reporter.session);
	if (status != OK)
		return status;
	status = attach(env, &reporter);
	if (status != OK) {
		reporter_close(env, &reporter);
		return status;
	}
	*out_reporter = reporter;
	return OK;
}

enum status reporter_submit(struct env *env, struct reporter *reporter, const void *data,
                            size_t size)
{
	const struct report_submit_params params = {.size = size};

	if (size > reporter->size_max)
		return ERR_BAD_ARG;
	memcpy(reporter->at, data, size);
	return report_submit(&env->ipc, reporter->session.cap, &params);
}

void reporter_close(struct env *env, struct reporter *reporter)
{
	if (reporter->at)
		region_detach(&env->regions, reporter->at, reporter->size_max);
	ipc_drop(&env->ipc, reporter->memory);
	session_close(env, &reporter->session);
	*reporter = (struct reporter){0};
}
