/* SPDX-License-Identifier: MIT */
#include <bench/raw.h>
#include <bench/ring.h>
#include <kernel/client.h>

enum status bench_ring_init(struct bench_ring *ring, struct env *env)
{
	const struct notification_facet_params facet = {.account = env->account, .bits = 1};
	struct charge_create_notification_results notification;
	struct notification_facet_results completed;
	struct charge_create_ring_results made;
	enum status status = charge_create_notification(&env->ipc, env->account, &notification);

	if (status == OK)
		status = notification_facet(&env->ipc, notification.notification, &facet,
		                            &completed);
	if (status != OK)
		return status;

	const struct charge_create_ring_params params = {
		.domain = env->space,
		.address = BENCH_RING_ADDRESS,
		.entries = BENCH_RING_ENTRIES,
		.completed = completed.signal,
	};

	status = charge_create_ring(&env->ipc, env->account, &params, &made);
	if (status == OK)
		*ring = (struct bench_ring){.cap = made.ring};
	return status;
}

void bench_ring_enter(struct bench_ring *ring, unsigned wait)
{
	const uint32_t before = bench_ring_layout()->header.submission_tail;

	__atomic_store_n(&bench_ring_layout()->header.completion_head, ring->completed,
	                 __ATOMIC_RELEASE);
	__atomic_store_n(&bench_ring_layout()->header.submission_tail, ring->submitted,
	                 __ATOMIC_RELEASE);
	(void)raw_ring_enter(ring->cap.id, ring->submitted - before, wait);
}
