/* SPDX-License-Identifier: MIT */
/* Validation: what the parts of validate.h share. Private to this folder. */
#pragma once

#include "suggestion.h"
#include "validate.h"

struct validation {
	const struct plan *plan;
	const struct validate_options *options;
	struct diagnostics *diagnostics;
};

/* Field NULL: the place itself. */
[[gnu::format(printf, 4, 5)]] void validation_error(const struct validation *validation,
                                                    struct plan_place place, const char *field,
                                                    const char *format, ...);
[[gnu::format(printf, 4, 5)]] void validation_warning(const struct validation *validation,
                                                      struct plan_place place, const char *field,
                                                      const char *format, ...);

/* Route, default route and exports, rule by rule. */
void validate_rules(const struct validation *validation);

/* Children that wait for each other. */
void validate_cycles(const struct validation *validation);

/* Letters, digits and _ - . + :, at least one, at most PLAN_NAME_MAX. */
bool plan_name_valid(const char *name);

/* Children other than `but` (NULL: none) that provide the service; *out_index is the last. */
uint32_t plan_providers(const struct plan *plan, const char *service, const struct plan_child *but,
                        uint32_t *out_index);
