/* SPDX-License-Identifier: MIT */
/*
 * vfs_server: a tree of files, served to several clients as File_system sessions.
 *
 * It is the VFS with its plugins in a component that has no program: the mounts of its configuration,
 * and for each session the part of the tree that a policy gives to its label. A session's buffer
 * and the record of its handles are paid by the client; files are the server's own, so that a client
 * is held by its quota, and by the size of the file system it is given.
 */
#include <base/log.h>
#include <base/session_server.h>
#include <file_system_session/server.h>
#include <kernel/client.h>
#include <native.h>
#include <native/component.h>
#include <process/mounts.h>
#include <string.h>
#include <vfs_server_config/types.h>

#include "export.h"

enum { REPLY_SLOTS = 1, TABLE_SLOTS = 256, BUFFER_SIZE = 64 * 1024 };

struct server {
	struct entrypoint entrypoint;
	struct session_server sessions;
	struct config config;
	struct vfs vfs;
};

struct client {
	struct server_session session; /* first */

	cap_t memory;
	struct file_export export;
};

static struct server *server_of(const struct server_session *session)
{
	return session->server->context;
}

/* ---- the interface -------------------------------------------------------------------------- */

static enum status buffer(void *self, struct request *request,
                          struct file_system_buffer_results *results)
{
	const struct client *client = self;

	(void)request;
	results->memory = client->memory;
	results->size = client->export.size;
	results->writeable = client->export.writable;
	return OK;
}

static enum status submit(void *self, struct request *request,
                          const struct file_system_submit_params *params)
{
	struct client *client = self;

	(void)request;
	return export_submit(&client->export, params->count) == 0 ? OK : ERR_BAD_ARG;
}

static const struct file_system_server methods = {.buffer = buffer, .submit = submit};

static enum status dispatch(struct served *served, struct request *request)
{
	return file_system_dispatch(&methods, served, request);
}

/* ---- sessions ------------------------------------------------------------------------------- */

static bool fits(const struct policy *policy, const char *label)
{
	const size_t size = strlen(label);

	if (policy->label.size && !capnp_text_equal(policy->label, label))
		return false;
	if (policy->label_prefix.size > size || policy->label_suffix.size > size)
		return false;
	return memcmp(label, policy->label_prefix.at ? policy->label_prefix.at : "",
	              policy->label_prefix.size) == 0 &&
	       memcmp(label + size - policy->label_suffix.size,
	              policy->label_suffix.at ? policy->label_suffix.at : "",
	              policy->label_suffix.size) == 0;
}

static bool find_policy(const struct config *config, const char *label, struct policy *out_policy)
{
	for (uint32_t i = 0; i < policy_list_size(&config->policies); i++)
		if (policy_list_get(&config->policies, i, out_policy) == OK &&
		    fits(out_policy, label))
			return true;
	return false;
}

/* The shared memory, paid by the client. */
static enum status make_buffer(struct client *client)
{
	struct env *env = client->session.server->entrypoint->env;
	const cap_t account = client->session.account;
	const struct charge_create_memory_params params = {.size = BUFFER_SIZE};
	struct charge_create_memory_results made;
	void *base;

	enum status status = charge_create_memory(&env->ipc, account, &params, &made);
	if (status != OK)
		return status;
	const struct region_attach attach = {
		.memory = made.memory, .account = account, .size = BUFFER_SIZE, .write = true};
	status = region_attach(&env->regions, &attach, &base);
	if (status != OK) {
		ipc_drop(&env->ipc, made.memory);
		return status;
	}
	client->memory = made.memory;
	client->export.buffer = base;
	client->export.size = BUFFER_SIZE;
	return OK;
}

static enum status open(struct server_session *session, struct request *request,
                        const struct root_create_params *params)
{
	struct client *client = (struct client *)session;
	struct server *server = server_of(session);
	struct policy policy;
	struct node *root;

	(void)request, (void)params;
	if (!find_policy(&server->config, session->label, &policy))
		return ERR_DENIED;
	if (vfs_find(&server->vfs, server->vfs.points[0].node, policy.root.at, false, &root) != 0)
		return ERR_DENIED;
	enum status status = node_directory(root) ? make_buffer(client) : ERR_DENIED;
	if (status == OK) {
		client->export.writable = policy.writeable;
		client->export.quota = policy.quota ? policy.quota : UINT64_MAX;
		export_init(&client->export, &server->vfs, root);
	}
	node_put(root);
	return status;
}

static void close(struct server_session *session)
{
	struct client *client = (struct client *)session;
	struct env *env = session->server->entrypoint->env;

	export_fini(&client->export);
	region_detach(&env->regions, client->export.buffer, client->export.size);
	ipc_drop(&env->ipc, client->memory);
}

static const uint32_t interfaces[] = {FILE_SYSTEM_INTERFACE, 0};

static const struct session_service service = {
	.name = "File_system",
	.session_bytes = sizeof(struct client),
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};

static bool mount_all(struct server *server)
{
	const struct mount_views none = {0};
	struct mount mount;

	for (uint32_t i = 0; i < mount_list_size(&server->config.mounts); i++) {
		if (mount_list_get(&server->config.mounts, i, &mount) != OK)
			return false;
		const int error = mount_apply(&server->vfs, &none, &mount);
		if (error) {
			log_line(server->entrypoint.env, "cannot mount %s: error %d",
			         mount.at.at ? mount.at.at : "", -error);
			return false;
		}
	}
	return true;
}

int component_main(struct env *env)
{
	static struct server server; /* the one of this component */
	const void *message;
	size_t size;

	native_init(env);
	if (env_grow_table(env, TABLE_SLOTS) != OK || native_config(&message, &size) != OK ||
	    config_decode(message, (uint32_t)size, &server.config) != OK ||
	    entrypoint_init(&server.entrypoint, env, REPLY_SLOTS) != OK ||
	    vfs_init(&server.vfs) != 0 || !mount_all(&server) ||
	    session_server_init(&server.sessions, &server.entrypoint, &service, &server) != OK)
		return 1;
	entrypoint_run(&server.entrypoint);
	return 0;
}
