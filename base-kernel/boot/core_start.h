/* SPDX-License-Identifier: MIT */
/*
 * Core's start: the one component the kernel loads itself.
 *
 * It gets what is left of the machine: an account with all RAM and
 * capabilities, the platform, its own domain, thread and scheduling context,
 * and the boot archive, in the slots of abi/syscall.h.
 */
#pragma once

struct account;
struct thread;

extern struct account root_account;

/* Panics if the archive has no usable file `core`. */
struct thread *core_start(void);
