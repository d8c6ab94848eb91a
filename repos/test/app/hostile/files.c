/* SPDX-License-Identifier: MIT */
/*
 * A file server's client that writes anything into the memory they share.
 */
#include <base/region.h>
#include <base/session.h>
#include <file_system_session/client.h>
#include <file_system_session/packet.h>
#include <string.h>

#include "attacks.h"

static struct file_packet *packets; /* of the main thread alone; NULL: no session */
static cap_t session;
static uint64_t buffer_size;

enum status files_open(struct attacker *attacker)
{
	struct env *env = attacker->env;
	const struct session_request request = {
		.service = "File_system", .label = "files", .ram = 65536, .caps = 8};
	struct file_system_buffer_results buffer;
	struct session opened;
	void *base;
	enum status status = session_open(env, &request, &opened);

	if (status != OK)
		return status;
	attacker->own_ids = opened.id;
	status = file_system_buffer(&env->ipc, opened.cap, &buffer);
	if (status != OK)
		return status;

	const struct region_attach attach = {.memory = buffer.memory,
	                                     .account = env->account,
	                                     .size = buffer.size,
	                                     .write = true};

	status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		return status;
	packets = base;
	session = opened.cap;
	buffer_size = buffer.size;
	hoard_add_own(attacker->hoard, session, OBJECT_KIND_COMPONENT, FILE_SYSTEM_INTERFACE);
	return OK;
}

/* Where a text may begin or how long it may be. */
static uint32_t some_place(struct random *random)
{
	return random_one_in(random, 6) ? (uint32_t)random_any(random)
	                                : FILE_PACKETS_SIZE + random_below(random, 64);
}

static uint32_t some_size(struct random *random)
{
	return random_one_in(random, 6) ? (uint32_t)random_any(random) : random_below(random, 16);
}

static struct file_request some_request(struct random *random)
{
	return (struct file_request){
		.operation = random_one_in(random, 12) ? (uint32_t)random_any(random)
	                                               : random_below(random, FILE_CLOSE + 1),
		.handle = random_one_in(random, 12) ? (uint32_t)random_any(random)
	                                            : random_below(random, 6),
		.other = random_below(random, 6),
		.mode = random_one_in(random, 4) ? (uint32_t)random_any(random)
	                                         : (random_below(random, 16) << 12) + 0644,
		.at = some_place(random),
		.size = some_size(random),
		.second_at = some_place(random),
		.second_size = some_size(random),
		.offset = random_any(random),
	};
}

void attack_files(struct attacker *attacker)
{
	static const char names[] = "ab/..dir\0motd";
	struct random *random = &attacker->random;
	const uint64_t count = random_one_in(random, 8) ? random_any(random)
	                                                : random_below(random, FILE_PACKETS + 2);
	struct shot shot;

	if (!packets)
		return;
	for (unsigned i = 0; i < FILE_PACKETS; i++)
		packets[i].request = some_request(random);
	for (unsigned i = 0; i < 80 && FILE_PACKETS_SIZE + i < buffer_size; i++)
		((char *)packets)[FILE_PACKETS_SIZE + i] =
			names[random_below(random, sizeof(names))];
	(void)shot_call(attacker, session, FILE_SYSTEM_INTERFACE, FILE_SYSTEM_SUBMIT, &count, 1,
	                NULL, 0, &shot);
}
