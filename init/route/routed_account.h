/* SPDX-License-Identifier: MIT */
/*
 * Routed account: the account of one session at a child, made from the
 * client's donation. The server gets its Charge facet; whatever it has
 * spent on the session dies with the account.
 */
#pragma once

#include "routed_session.h"

/* ERR_INSUFFICIENT_CAPS: the donation does not even pay for the facet. */
enum status routed_account_create(struct routed_session *session);
/* Its limits return to init; nothing happens where there is none. */
void routed_account_destroy(struct routed_session *session);
