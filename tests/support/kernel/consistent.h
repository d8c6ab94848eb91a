/* SPDX-License-Identifier: MIT */
/*
 * Whether structures of the kernel are what their heads say: what only tests ask. The closing audit
 * asks the others (account_consistent, grants_consistent, frames_consistent, heap_consistent).
 */
#pragma once

#include <stdbool.h>

#include "memory/tree.h"
#include "object/cap_table.h"

bool tree_consistent(const struct tree *tree);
bool cap_table_consistent(const struct cap_table *table);
