/* SPDX-License-Identifier: MIT */
/*
 * Arguments: the parameters of any method, made up by their types and names. Most are nearly right,
 * since such calls get furthest; the others are borders, noise, and capabilities that are no good.
 */
#pragma once

#include "catalogue.h"
#include "shot.h"

/* Learns what the arguments of all methods are. To be called once, after catalogue_init. */
void arguments_init(void);
/* Puts arguments for the method into the shot and the attacker's first page. */
void arguments_make(struct attacker *attacker, unsigned method, struct shot *shot);
