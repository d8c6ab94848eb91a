/* SPDX-License-Identifier: MIT */
/*
 * Routed account: the account of one session at a child, made from the
 * client's donation. Its one capability is a Charge: the server gets a copy.
 * Whatever it has spent on the session dies with the account.
 */
#pragma once

#include "routed_session.h"

enum status routed_account_create(struct routed_session *session);
/* Its limits return to init; nothing happens where there is none. */
void routed_account_destroy(struct routed_session *session);
