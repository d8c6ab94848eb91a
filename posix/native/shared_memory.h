/* SPDX-License-Identifier: MIT */
/*
 * Memory that forked children share with this component.
 *
 * A child has a copy of the capability, which is no grant of its own: the object is charged to who has
 * made it, and his last drop would take it from all. So he drops it only when he has unmapped it and
 * every child that got it is gone; a child outlives its own children. Where he is ended by force the
 * object goes with his account, and who touches it faults, contained.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <abi/cap.h>
#include <abi/status.h>

/* A capability for a child, which holds the object with this handle until it is put. */
enum status shared_memory_get(uint64_t memory, cap_t *out_copy);
/* A child that got it is gone; 0: nothing. The last one may be the end of the object. */
void shared_memory_put(uint64_t memory);
/* This component is done with it. True: children have it still, and the last one's end will be its. */
bool shared_memory_keep(uint64_t memory);
