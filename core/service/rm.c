/* SPDX-License-Identifier: MIT */
/*
 * RM: region maps. A map is a list of attachments and of the places where it
 * is shown; each attachment is mapped at each place. The kernel knows
 * flat mappings only, the structure is kept here.
 */
#include <kernel/client.h>
#include <rm_session/server.h>

#include "core.h"
#include "platform/platform.h"

enum { ATTACHMENTS_MAX = 16, PLACES_MAX = 4 };

struct attachment {
	cap_t memory;
	uint64_t at, offset, size; /* size 0: free */
	bool write, execute;
};

struct place {
	cap_t space; /* null: free */
	cap_t account;
	uint64_t address;
};

struct rm_session {
	struct core_session session;
	struct served map; /* its one region map, from create on */
	uint64_t size;
	struct attachment attachments[ATTACHMENTS_MAX];
	struct place places[PLACES_MAX];
};

static struct rm_session *of_map(void *map)
{
	return (struct rm_session *)((char *)map - offsetof(struct rm_session, map));
}

static struct ipc *ipc_of(const struct rm_session *rm)
{
	return &rm->session.core->env.ipc;
}

static enum status show(const struct rm_session *rm, const struct attachment *attachment,
                        const struct place *place)
{
	const struct space_map_params params = {
		.memory = attachment->memory,
		.account = place->account,
		.address = place->address + attachment->at,
		.offset = attachment->offset,
		.size = attachment->size,
		.write = attachment->write,
		.execute = attachment->execute,
	};

	return space_map(ipc_of(rm), place->space, &params);
}

static void hide(const struct rm_session *rm, const struct attachment *attachment,
                 const struct place *place)
{
	const struct space_unmap_params params = {.address = place->address + attachment->at,
	                                          .size = attachment->size};

	(void)space_unmap(ipc_of(rm), place->space, &params); /* the space may be gone */
}

static bool inside(const struct rm_session *rm, uint64_t at, uint64_t size)
{
	return size > 0 && (at | size) % 4096 == 0 && at <= rm->size && size <= rm->size - at;
}

static enum status attach(void *self, struct request *request,
                          const struct region_map_attach_params *params)
{
	struct rm_session *rm = of_map(self);
	struct attachment *free = NULL;

	if (!inside(rm, params->at, params->size))
		return ERR_BAD_ARG;
	if (!platform_is_kernel_object(rm->session.core, params->memory, OBJECT_KIND_MEMORY))
		return ERR_BAD_ARG;
	for (unsigned i = 0; i < ATTACHMENTS_MAX; i++) {
		struct attachment *other = &rm->attachments[i];

		if (other->size == 0)
			free = other;
		else if (params->at < other->at + other->size &&
		         other->at < params->at + params->size)
			return ERR_BAD_ARG;
	}
	if (!free)
		return ERR_OUT_OF_RAM;

	const struct attachment attachment = {
		.memory = params->memory,
		.at = params->at,
		.offset = params->offset,
		.size = params->size,
		.write = params->write,
		.execute = params->execute,
	};

	for (unsigned i = 0; i < PLACES_MAX; i++) {
		if (!cap_valid(rm->places[i].space))
			continue;

		const enum status status = show(rm, &attachment, &rm->places[i]);

		if (status == OK)
			continue;
		while (i-- > 0) {
			if (cap_valid(rm->places[i].space))
				hide(rm, &attachment, &rm->places[i]);
		}
		return status;
	}
	*free = attachment;
	(void)request_take(request, params->memory);
	return OK;
}

static void forget(struct rm_session *rm, struct attachment *attachment)
{
	for (unsigned i = 0; i < PLACES_MAX; i++) {
		if (cap_valid(rm->places[i].space))
			hide(rm, attachment, &rm->places[i]);
	}
	ipc_drop(ipc_of(rm), attachment->memory);
	*attachment = (struct attachment){0};
}

static enum status detach(void *self, struct request *request,
                          const struct region_map_detach_params *params)
{
	struct rm_session *rm = of_map(self);

	(void)request;
	for (unsigned i = 0; i < ATTACHMENTS_MAX; i++) {
		struct attachment *attachment = &rm->attachments[i];

		if (attachment->size && attachment->at == params->at &&
		    attachment->size == params->size) {
			forget(rm, attachment);
			return OK;
		}
	}
	return ERR_BAD_ARG;
}

static enum status map_into(void *self, struct request *request,
                            const struct region_map_map_into_params *params)
{
	struct rm_session *rm = of_map(self);
	struct core *core = rm->session.core;
	struct place *free = NULL;

	if (!platform_is_kernel_object(core, params->space, OBJECT_KIND_DOMAIN) ||
	    !platform_is_kernel_object(core, params->account, OBJECT_KIND_ACCOUNT))
		return ERR_BAD_ARG;
	for (unsigned i = 0; i < PLACES_MAX; i++) {
		if (!cap_valid(rm->places[i].space))
			free = &rm->places[i];
	}
	if (!free)
		return ERR_OUT_OF_RAM;

	const struct place place = {
		.space = params->space, .account = params->account, .address = params->address};

	for (unsigned i = 0; i < ATTACHMENTS_MAX; i++) {
		if (rm->attachments[i].size == 0)
			continue;

		const enum status status = show(rm, &rm->attachments[i], &place);

		if (status == OK)
			continue;
		while (i-- > 0) {
			if (rm->attachments[i].size)
				hide(rm, &rm->attachments[i], &place);
		}
		return status;
	}
	*free = place;
	(void)request_take(request, params->space);
	(void)request_take(request, params->account);
	return OK;
}

static void destroy_map(struct rm_session *rm)
{
	for (unsigned i = 0; i < ATTACHMENTS_MAX; i++) {
		if (rm->attachments[i].size)
			forget(rm, &rm->attachments[i]);
	}
	for (unsigned i = 0; i < PLACES_MAX; i++) {
		ipc_drop(ipc_of(rm), rm->places[i].space);
		ipc_drop(ipc_of(rm), rm->places[i].account);
		rm->places[i] = (struct place){0};
	}
	entrypoint_unserve(&rm->session.core->entrypoint, &rm->map);
}

static enum status destroy(void *self, struct request *request)
{
	(void)request;
	destroy_map(of_map(self));
	return OK;
}

static const struct region_map_server map_methods = {
	.attach = attach, .detach = detach, .map_into = map_into, .destroy = destroy};

static enum status dispatch_map(struct served *served, struct request *request)
{
	return region_map_dispatch(&map_methods, served, request);
}

/* One map per session: who wants two opens two, and pays for two. */
static enum status create(void *self, struct request *request,
                          const struct rm_create_params *params, struct rm_create_results *results)
{
	static const uint32_t interfaces[] = {REGION_MAP_INTERFACE, 0};
	struct rm_session *rm = self;

	(void)request;
	if (params->size == 0 || params->size % 4096 != 0)
		return ERR_BAD_ARG;
	if (rm->map.place)
		return ERR_NOT_NOW;

	const enum status status = entrypoint_serve(&rm->session.core->entrypoint, &rm->map,
	                                            dispatch_map, interfaces, rm->session.account);

	if (status != OK)
		return status;
	rm->size = params->size;
	results->map = rm->map.cap;
	return OK;
}

static const struct rm_server methods = {.create = create};

static enum status dispatch(struct served *served, struct request *request)
{
	return rm_dispatch(&methods, served, request);
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	(void)session, (void)request, (void)params;
	return OK;
}

static void close(struct core_session *session)
{
	destroy_map((struct rm_session *)session);
}

static const uint32_t interfaces[] = {RM_INTERFACE, 0};

const struct core_service rm_service = {
	.name = "RM",
	.session_bytes = sizeof(struct rm_session),
	.objects = true,
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};
