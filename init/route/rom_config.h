/* SPDX-License-Identifier: MIT */
/*
 * ROM config: a child's inline configuration, served by init itself.
 */
#pragma once

#include <base/entrypoint.h>

#include "plan/plan.h"

struct rom_config;

/* Memory and capabilities are paid by `account`. */
enum status rom_config_create(struct entrypoint *entrypoint, cap_t account,
                              const struct plan_config *config, struct rom_config **out_rom);
void rom_config_destroy(struct rom_config *rom);
/* A capability of the session; the caller's to drop. */
cap_t rom_config_session(struct rom_config *rom);
