/* SPDX-License-Identifier: MIT */
/*
 * What the files behind native.h share: the component's env, and how they begin.
 */
#pragma once

#include <base/env.h>

enum { COMPONENT_NOT_STARTED = 127, SERVICE_MESSAGE_PAGES = 3 };

struct native_thread;
struct rom;

/* Makes native.h work; before anything else. */
void native_init(struct env *env);
/* The one env. Its message page is that of whoever holds native_lock. */
struct env *component_env(void);
/* The ROM that is attached there, or NULL. */
const struct rom *component_rom(const void *base);
/* The capability behind a handle of native_memory_create, or null. */
cap_t component_memory(uint64_t memory);
/* The session of the component's configuration, for children that get the same. */
cap_t component_config(void);
/*
 * After a refusal for lack of budget: asks the spawner for what is needed and a little more. True: it
 * is worth another try. A component of init's has what its policy says.
 */
bool component_more(enum status refusal, size_t ram, uint32_t caps);

/* Makes the main thread one that can wait. */
enum status threads_init(void);
/* The scheduling context of all threads that this component makes. */
enum status threads_context(cap_t *out_context);
/*
 * A thread that serves: it has SERVICE_MESSAGE_PAGES, and is never an idle one. *out_thread is its
 * capability.
 */
enum status threads_create_service(void *stack, void (*entry)(void *argument), void *argument,
                                   struct native_thread **out_native, cap_t *out_thread);
enum status threads_start_service(cap_t thread);
/* The thread's message pages. */
struct message_page *threads_pages(struct native_thread *thread);
