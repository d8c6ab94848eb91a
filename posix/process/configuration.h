/* SPDX-License-Identifier: MIT */
/*
 * What the configuration (interface/posix_config.capnp) makes of a process: mounts, current
 * directory, standard files, arguments.
 */
#pragma once

#include "process.h"

struct birth;
struct config;

/*
 * Applies mounts, cwd and standard files to a fresh process. What another process has spawned has a
 * `birth` (else NULL): it takes its place among the processes, its files and its directory from
 * there, and instead of file systems that would be new ones those of its spawner. On failure
 * `out_reason` is told what could not be had (a path or a ROM, living as long as the configuration),
 * and the errno is returned negated.
 */
int configuration_apply(const struct config *config, const struct birth *birth,
                        struct process *process, const char **out_reason);

/*
 * What a program finds on its stack: argc, argv, NULL, environment, NULL, then room for `extra` words
 * (whose place is answered), and the strings, which a program may write to.
 */
uintptr_t *configuration_vector(const struct config *config, size_t extra, uintptr_t *vector);
/* The bytes it takes. */
size_t configuration_vector_size(const struct config *config, size_t extra);
