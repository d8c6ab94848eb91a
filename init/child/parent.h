/* SPDX-License-Identifier: MIT */
/*
 * Parent: the interface init has for its children.
 */
#pragma once

#include "child.h"

/* Makes the child's parent capability, paid by the child. */
enum status parent_serve(struct child *child);
