/* SPDX-License-Identifier: MIT */
/*
 * A small world of kernel objects for tests: a root account with all RAM, an
 * account below it to be destroyed, and makers of objects that do what the
 * system calls do, without the argument checks.
 */
#pragma once

#include <abi/cap.h>
#include <abi/status.h>
#include <stdint.h>

#include "object/account.h"
#include "object/domain.h"
#include "object/endpoint.h"
#include "object/grant.h"
#include "object/memory_object.h"
#include "object/notification.h"
#include "object/ring.h"
#include "object/sched_context.h"
#include "object/thread.h"

enum { WORLD_GRANTS = 512, WORLD_SLOTS = 64, WORLD_MESSAGE_PAGES = 2 };

#define WORLD_MESSAGE_ADDRESS 0x10000000ul

/* All RAM and all grants belong to the root account; nothing runs. */
void world_init(void);
/* A smaller machine, for those who need many: at most MACHINE_PAGES and WORLD_GRANTS. */
void world_init_sized(uint32_t pages, uint32_t grant_count);
/* Asserts that every account, grant and frame adds up. */
void world_check(void);
/* Destroys what was made, and asserts that nothing is left of it. */
void world_fini(void);

/* An object and its first grant; zeroed otherwise. Asserts that the account can pay. */
void *world_object(struct account *account, enum object_type type);
struct account *world_account(struct account *parent, uint64_t ram, uint32_t caps);
struct domain *world_domain(struct account *account);
struct sched_context *world_context(struct account *account, uint8_t priority);
/* A stopped thread with WORLD_MESSAGE_PAGES message pages. */
struct thread *world_thread(struct account *account, struct domain *domain,
                            struct sched_context *home);
struct endpoint *world_endpoint(struct account *account, uint16_t reply_slots);
struct notification *world_notification(struct account *account);
struct memory_object *world_memory(struct account *account, uint64_t size);

/* A new capability in the first free slot of the domain's table. */
cap_t world_cap(struct domain *domain, uint32_t grant, uint32_t flags);
cap_t world_owner(struct domain *domain, const struct object *object);
/* A facet below `parent` with one interface; returns the grant. */
uint32_t world_derive(struct account *account, uint32_t parent, uint32_t interface, uint64_t badge);
/* At most `max` calls in flight through the grant. */
void world_limit(uint32_t grant, uint16_t max);

/* ---- long operations, all their steps at once ---- */

void world_revoke(uint32_t grant);
void world_destroy(struct object *object);
enum status world_unmap(struct domain *domain, vaddr_t address, uint64_t size);
/* What has been doomed, by nobody who runs. */
void world_finish(void);

/* ---- running ---- */

/* What the scheduler picks, NULL if nobody is ready. */
struct thread *world_schedule(void);
/* The current thread enters the kernel with the registers it has; returns who runs next. */
struct thread *world_syscall(struct thread *thread);
/* Moves the clock, wakes whose deadline passed; returns who runs next. */
struct thread *world_pass_time(uint64_t ns);

/* Sets the registers of a system call; message words are set by the caller. */
void world_prepare_call(struct thread *thread, cap_t target, uint32_t interface, uint16_t method,
                        unsigned words);
void world_prepare_receive(struct thread *thread, cap_t endpoint);
void world_prepare_reply(struct thread *thread, cap_t endpoint, enum status status, unsigned words);
enum status world_answer(const struct thread *thread);
