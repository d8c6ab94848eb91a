/* SPDX-License-Identifier: MIT */
/*
 * ROM config: a child's inline configuration, served by init itself.
 *
 * What a client has attached never changes under its feet: newer content
 * is there beside it, and takes its place when the client asks again.
 */
#pragma once

#include <base/entrypoint.h>

#include "plan/plan.h"

struct rom_config;

/* Memory and capabilities are paid by `account`, now and for each update. */
enum status rom_config_create(struct entrypoint *entrypoint, cap_t account,
                              const struct plan_config *config, struct rom_config **out_rom);
void rom_config_destroy(struct rom_config *rom);
/* Newer content; the client is signalled. ERR_INSUFFICIENT_*: the account can't pay for it. */
enum status rom_config_update(struct rom_config *rom, const struct plan_config *config);
/* The session: its own capability, and a copy, which is the caller's to drop. */
cap_t rom_config_cap(const struct rom_config *rom);
cap_t rom_config_session(struct rom_config *rom);
