/* SPDX-License-Identifier: MIT */
/*
 * Reconfigure: a new plan takes the place of the one in force.
 *
 * It was validated as a whole before; from then on nothing of it can be
 * refused, so it is applied wholly or not at all. In this order: children that
 * became others begin anew, and sessions whose route has changed go; children that are in the
 * plan no more end; budgets are lowered, then raised; configurations are renewed;
 * new children begin, in the plan's order. Whatever did not change is not touched.
 */
#pragma once

#include "init.h"

/* Takes `next` over. ERR_OUT_OF_RAM: nothing has changed, and it is the caller's still. */
enum status reconfigure(struct init *init, const struct configuration *next);
/* The ROM with the configuration has changed: loads it, and applies it if it is right. */
void reconfigure_changed(struct signal_handler *handler);
/* Something has come back to init: gives it to those who lack it. */
void reconfigure_budgets(struct init *init);
