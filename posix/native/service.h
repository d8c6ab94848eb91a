/* SPDX-License-Identifier: MIT */
/*
 * The service thread, and what it serves: child processes (child.c).
 */
#pragma once

#include <base/child.h>
#include <base/request.h>

struct child;
struct native_spawn;

/* A session that a child has had passed on from this component's own parent. */
struct child_session {
	struct child_session *next;
	cap_t cap;
	uint32_t id;
	uint64_t ram; /* its donation */
	uint32_t caps;
};

/*
 * A component with a process in it. It lives in the list of the service; when it is destroyed it
 * stays there, `child` being NULL, until its sessions are closed.
 */
struct native_child {
	struct native_child *next;
	struct child *child; /* NULL: destroyed */
	uint64_t badge;
	cap_t account; /* its Account */
	cap_t charge;  /* the facet it gets */
	cap_t domain;
	cap_t space;  /* likewise */
	cap_t client; /* what it knows as its parent, PD and CPU */
	cap_t birth;
	size_t birth_size;
	cap_t news;       /* Signal of its own, or null */
	cap_t binary;     /* its file: a ROM's, or a copy */
	cap_t copy;       /* of its file, if there is one */
	cap_t *memories;  /* of a fork, until it asks for them */
	uint64_t *shared; /* handles of those that are this component's too, else 0 */
	uint32_t memory_count;
	struct child_image image;
	struct child_session *sessions;
	bool busy; /* a session is being opened or closed for it, without the lock */
	char name[32];
};

/* For the service thread's notification. */
enum service_bits {
	SERVICE_NEWS = 1 << 0,
	SERVICE_FAULT = 1 << 1,
	SERVICE_CLEAN = 1 << 2,
	SERVICE_TERMINAL = 1 << 3,
	SERVICE_DEADLINE = 1 << 4 /* there is another one */
};

struct service {
	struct native_thread *self;
	cap_t thread;
	cap_t endpoint;
	cap_t notification;
	cap_t faulted; /* Signal facets of it */
	cap_t clean;
	cap_t news;
	cap_t terminal; /* null before there is one */
	cap_t deadline; /* likewise */
	uint64_t deadline_ns; /* when a terminal wants to be looked after; 0: none does */
	cap_t context;
	cap_t binary;       /* this component's own file, once asked for */
	cap_t moved;        /* goes to a child with the answer, or null */
	struct slots slots; /* what requests bring in: the thread's own, so that it needs no lock */
	struct ipc ipc;
	struct native_child *children;
	uint64_t badges; /* given out */
	bool started;
};

/* The one of the component. */
struct service *service_of_component(void);
/* One with account, parent and birth, which has no memory yet. What it is given is `ram` and a little. */
enum status child_create(const struct native_spawn *spawn, uint64_t ram, uint32_t caps,
                         struct native_child **out_child);
/* After child_create: it shall not be. */
void child_abandon(struct native_child *child);
/* What signals these bits to the service thread, once it is started. */
enum status service_facet(uint64_t bits, cap_t *out_signal);
/* Answers a request of the child; the lock is held. */
enum status child_dispatch(struct native_child *child, struct request *request);
/* Its questions to the process that spawned it, and to its parent. */
enum status child_questions_dispatch(struct native_child *child, struct request *request);
enum status child_parent_dispatch(struct native_child *child, struct request *request);
/* One that is in no list any more; the lock is given up meanwhile. */
void child_close_session(struct native_child *child, struct child_session *session);
/* Closes what destroyed children have left; the lock is held, and given up meanwhile. */
void children_clean(struct service *service);
/* Looks which of them have faulted. */
void children_check_faults(struct service *service);
/* Tells the spawner whom to signal. */
enum status spawner_listen(cap_t news);
/* One of a fork's memories, to keep; asked for once. */
enum status spawner_memory(uint32_t number, cap_t *out_memory);
