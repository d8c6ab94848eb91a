/* SPDX-License-Identifier: MIT */
/*
 * Entrypoint: one thread that serves typed calls, signals and timeouts.
 *
 * It owns an endpoint and a notification bound to its thread. Objects it
 * serves are embedded `struct served`; each has a badge made of its place and
 * a generation, so a call to a dead one is ERR_GONE. A handler may answer later: it keeps the
 * request and calls entrypoint_answer when it knows. A component's first entrypoint answers the
 * parent's heartbeats between two of its calls, so that one that hangs is noticed.
 */
#pragma once

#include <base/env.h>
#include <base/ipc.h>

enum { ENTRYPOINT_SIGNALS_MAX = 32, ENTRYPOINT_OBJECTS_MIN = 16 };

#define ENTRYPOINT_SIGNALS ((1ull << ENTRYPOINT_SIGNALS_MAX) - 1) /* their bits */

struct entrypoint;
struct served;

typedef enum status served_dispatch(struct served *served, struct request *request);

struct served {
	served_dispatch *dispatch;
	uint32_t place; /* 0: not served */
	cap_t cap;      /* the owner capability of its facet; dropping it ends all copies */
};

struct signal_handler {
	void (*run)(struct signal_handler *handler);
	uint8_t bit;
	cap_t signal; /* the Signal facet that runs it */
};

struct timeout {
	void (*run)(struct timeout *timeout);
	uint64_t deadline; /* ns since boot; 0: not armed */
	struct timeout *next;
};

struct entrypoint_place {
	struct served *served;
	uint32_t generation;
};

struct entrypoint {
	struct env *env;
	cap_t endpoint;
	cap_t notification;
	struct entrypoint_place *places; /* the first ones, or of the heap */
	struct entrypoint_place first[ENTRYPOINT_OBJECTS_MIN];
	uint32_t place_count;
	uint32_t place_hint; /* those before it are in use */
	struct signal_handler *signals[ENTRYPOINT_SIGNALS_MAX];
	struct timeout *timeouts; /* by deadline */
	uint64_t deadline;        /* of the first one; 0: none */
	uint16_t reply_slots;
	uint64_t kept[16]; /* bit: reply slot in use */
	uint16_t kept_count;
	unsigned keeping; /* the slot of the request being served, until the kernel has it */
	struct ipc_service
		*idle; /* nobody is served: one answer may wait for the next wait, and be its */
	uint64_t end;
	bool done;
	struct signal_handler beat; /* of the parent, where it sends them */
};

/* `reply_slots`: how many requests can be kept, at most 1023. The calling thread is to serve it. */
enum status entrypoint_init(struct entrypoint *entrypoint, struct env *env, uint16_t reply_slots);
/*
 * Makes `served` callable. `interfaces` ends with 0: its own, then its ancestors. The grant is paid by
 * `payer` (null: the component). The facet is in served->cap, for copies to be given away. ERR_NOT_NOW: the
 * component has no room for one more.
 */
enum status entrypoint_serve(struct entrypoint *entrypoint, struct served *served,
                             served_dispatch *dispatch, const uint32_t *interfaces, cap_t payer);
void entrypoint_unserve(struct entrypoint *entrypoint, struct served *served);
/* Gives back room that objects of the past have needed. */
void entrypoint_trim(struct entrypoint *entrypoint);
/* The object behind a capability that comes back to its server; NULL: not one of ours. */
struct served *entrypoint_find(struct entrypoint *entrypoint, cap_t cap);

enum status entrypoint_add_signal(struct entrypoint *entrypoint, struct signal_handler *handler);
void entrypoint_remove_signal(struct entrypoint *entrypoint, struct signal_handler *handler);

void entrypoint_arm(struct entrypoint *entrypoint, struct timeout *timeout, uint64_t deadline);
void entrypoint_disarm(struct entrypoint *entrypoint, struct timeout *timeout);
uint64_t entrypoint_now(struct entrypoint *entrypoint);

/*
 * Keeps the request being served; `*out_slot` names it for entrypoint_answer. ERR_NOT_NOW: all
 * slots are in use. What the handler returns is then ignored.
 */
enum status entrypoint_keep(struct entrypoint *entrypoint, struct request *request,
                            unsigned *out_slot);
/*
 * Answers a kept request; `answer` NULL means no content. A caller that has gone is no error. It may go
 * with the thread's next wait: capabilities it copies have to live until then. What it moves goes at once.
 */
void entrypoint_answer(struct entrypoint *entrypoint, unsigned slot, enum status status,
                       const struct message *answer);

/* Serves until entrypoint_stop. */
void entrypoint_run(struct entrypoint *entrypoint);
void entrypoint_stop(struct entrypoint *entrypoint);
