/* SPDX-License-Identifier: MIT */
#pragma once

/* Words of the auxiliary vector, with its end. */
enum { AUXILIARY_WORDS = 12 };

/* Starts the POSIX program in this component; needs a working native.h. */
_Noreturn void posix_start(void);
